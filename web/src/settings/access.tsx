import { Command } from '../parts/notice.tsx'

/** Who may come in, and how agents are told; both are changed in a terminal, because a page in a browser is not trusted with it. */
export function Access() {
  return (
    <section id="access">
      <h2 className="group">Hooks and access</h2>
      <dl className="commands">
        <dt>which agents call Daybook, and what set-up wrote there</dt>
        <dd>
          <Command line="daybook setup --check" />
        </dd>
        <dt>who may come in beside this browser</dt>
        <dd>
          <Command line="daybook token list" />
        </dd>
        <dt>let a program read, for 30 days</dt>
        <dd>
          <Command line="daybook token create reader --scope read --expires 30d" />
        </dd>
      </dl>
    </section>
  )
}
