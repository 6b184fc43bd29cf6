/** For a browser that is not signed in: what to type. */
export function signedOutPage(): Response {
  const text = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>Daybook: not signed in</title>
<h1>Not signed in</h1>
<p>In a terminal on the machine that serves this page:</p>
<pre>daybook open</pre>
<p>It prints a link that works once.</p></html>`
  return new Response(text, { status: 401, headers: { 'content-type': 'text/html; charset=utf-8' } })
}
