/** The style of the reference page, light or dark like the system. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --line: light-dark(#d8dee4, #30363d); --soft: light-dark(#f6f8fa, #161b22);
  --text: light-dark(#1f2328, #e6edf3); --quiet: light-dark(#59636e, #9198a1); --link: light-dark(#0969da, #4493f8); }
* { box-sizing: border-box; }
body { margin: 0; display: grid; grid-template-columns: 17rem minmax(0, 1fr); color: var(--text);
  background: light-dark(#fff, #0d1117); font: 15px/1.55 system-ui, sans-serif; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
nav { position: sticky; top: 0; height: 100vh; overflow: auto; padding: 1.5rem 1rem;
  border-right: 1px solid var(--line); background: var(--soft); font-size: 13px; }
nav h2 { margin: 1.2rem 0 .3rem; font-size: 11px; letter-spacing: .06em; text-transform: uppercase; color: var(--quiet); }
nav a { display: flex; gap: .5rem; align-items: baseline; padding: .15rem 0; color: inherit; }
main { max-width: 60rem; padding: 2rem 2.5rem 6rem; }
h1 { margin: 0 0 .25rem; font-size: 2rem; }
h2.tag { margin: 3rem 0 .5rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); }
article { margin: 1.5rem 0; border: 1px solid var(--line); border-radius: 8px; overflow: hidden; scroll-margin-top: 1rem; }
article > header { display: flex; flex-wrap: wrap; gap: .75rem; align-items: baseline; padding: .7rem 1rem;
  background: var(--soft); border-bottom: 1px solid var(--line); }
article > div { padding: .5rem 1rem 1rem; }
h3 { margin: 0; font-size: 1rem; font-weight: 600; }
h4 { margin: 1.1rem 0 .4rem; font-size: .8rem; text-transform: uppercase; letter-spacing: .05em; color: var(--quiet); }
code, pre { font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, monospace; }
:not(pre) > code { padding: .1em .35em; border-radius: 4px; background: light-dark(#eff1f3, #21262d); }
pre { margin: 0; padding: .8rem 1rem; overflow: auto; max-height: 26rem; border: 1px solid var(--line); border-radius: 6px; background: var(--soft); }
.method { min-width: 3.6rem; font: 700 11px/1 ui-monospace, monospace; text-transform: uppercase; }
.get { color: light-dark(#0969da, #4493f8); } .post { color: light-dark(#1a7f37, #3fb950); }
.put { color: light-dark(#9a6700, #d29922); } .patch { color: light-dark(#8250df, #a371f7); } .delete { color: light-dark(#cf222e, #f85149); }
.path { font-weight: 600; } .quiet { color: var(--quiet); } .lock { margin-left: auto; font-size: 12px; color: var(--quiet); }
table { width: 100%; border-collapse: collapse; } td { padding: .4rem .75rem .4rem 0; vertical-align: top; border-top: 1px solid var(--line); }
td:first-child { width: 14rem; white-space: nowrap; } .required::after { content: " *"; color: light-dark(#cf222e, #f85149); }
details { border-top: 1px solid var(--line); padding: .4rem 0; } summary { cursor: pointer; }
.status { display: inline-block; min-width: 3rem; font-weight: 600; } .ok { color: light-dark(#1a7f37, #3fb950); } .no { color: light-dark(#9a6700, #d29922); }
.wait { color: var(--quiet); }
@media (max-width: 50rem) { body { display: block; } nav { position: static; height: auto; border: 0; } main { padding: 1.5rem 1rem; } }
`;
