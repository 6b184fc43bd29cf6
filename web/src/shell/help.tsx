import { Dialog } from './dialog.tsx'
import { keysNow } from './keys.ts'

/** The keys of the page at hand: those that work now, and no others. */
export function Help({ close }: { close(): void }) {
  return (
    <Dialog title="Keys of this page" close={close}>
      {keysNow().map(({ of, bindings }) => (
        <section key={of}>
          <h3>{of}</h3>
          <dl className="key-list">
            {bindings.map(({ keys, says }) => (
              <div key={keys}>
                <dt>{says}</dt>
                <dd>
                  {keys.split(' ').map((key) => (
                    <kbd key={key}>{key}</kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <p className="foot">Keys are off while you type. The terminal knows the same history: daybook --help</p>
    </Dialog>
  )
}
