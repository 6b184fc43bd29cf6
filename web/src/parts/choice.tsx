interface ChoiceProps {
  label: string
  value: string | undefined
  none: string
  /** In sight on a phone as well. */
  stays?: boolean
  set(value: string): void
  children: readonly (readonly string[])[]
}

/** One of several values, or none of them. */
export function Choice({ label, value = '', none, stays = false, set, children }: ChoiceProps) {
  return (
    <select
      aria-label={label}
      className={stays ? 'stays' : undefined}
      value={value}
      onChange={(event) => set(event.target.value)}
    >
      <option value="">{none}</option>
      {children.map(([id = '', name]) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
      {value !== '' && !children.some(([id]) => id === value) && <option value={value}>{value}</option>}
    </select>
  )
}
