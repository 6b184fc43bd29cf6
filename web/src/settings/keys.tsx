import { useState } from 'react'
import { areKeysOn, setKeysOn } from '../shell/keys.ts'
import { type Theme, chooseTheme, chosenTheme } from '../shell/theme.ts'

/** How this page behaves, here. */
export function Keys() {
  const [theme, setTheme] = useState(chosenTheme)
  const [keys, setKeys] = useState(areKeysOn)
  return (
    <section id="keys">
      <h2 className="group">Keys and colours, in this browser</h2>
      <div className="tools">
        <label>
          Colours
          <select
            value={theme}
            onChange={({ target: { value } }) => {
              chooseTheme(value as Theme)
              setTheme(value as Theme)
            }}
          >
            <option value="system">as the system has it</option>
            <option value="light">light</option>
            <option value="dark">dark</option>
          </select>
        </label>
        <label>
          <input
            type="checkbox"
            checked={keys}
            onChange={({ target: { checked } }) => {
              setKeysOn(checked)
              setKeys(checked)
            }}
          />
          single keys do things
        </label>
      </div>
    </section>
  )
}
