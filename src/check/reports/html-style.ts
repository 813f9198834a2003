/** The style sheet of the HTML report. Its hash is in the page's content security policy. */
export const htmlStyle = `
:root { color-scheme: light dark; --page: #fbfbfa; --card: #fff; --ink: #1d2126; --soft: #5b6470; --line: #dfe3e8; --good: #14753b; --bad: #b3261e; --warn: #8a5300; --api: #3557a8; --bad-tint: #fdeceb; --good-tint: #e8f5ec; --code: #f3f4f6; }
@media (prefers-color-scheme: dark) { :root { --page: #14171a; --card: #1c2024; --ink: #e6e9ec; --soft: #9aa4af; --line: #343b43; --good: #5cc98a; --bad: #ff8a80; --warn: #f0b35a; --api: #8fb0ff; --bad-tint: #3a1f1e; --good-tint: #16301f; --code: #23282d; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.15rem; margin: 2.25rem 0 .75rem; }
h3 { font-size: 1.05rem; line-height: 1.35; margin: 0 0 .5rem; }
h4 code { text-transform: none; letter-spacing: 0; }
h4 { font-size: .8rem; margin: 1.1rem 0 .35rem; color: var(--soft); text-transform: uppercase; letter-spacing: .05em; }
p { margin: .35rem 0; }
a { color: var(--api); }
code, pre { font: .82rem/1.5 ui-monospace, monospace; }
pre { margin: 0; padding: .6rem .75rem; background: var(--code); border-radius: 6px; overflow-x: auto; white-space: pre-wrap; }
.soft { color: var(--soft); }
.grades { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(12rem, 40%), 1fr)); gap: .5rem; padding: 0; margin: 1.25rem 0 0; list-style: none; }
.grades li { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .5rem .75rem; }
.grades b { display: block; font-size: 1.6rem; line-height: 1.2; }
.grades small { color: var(--soft); }
.A b { color: var(--good); } .B b, .C b { color: var(--warn); } .D b, .F b { color: var(--bad); } .none b { color: var(--soft); }
article { background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--bad); border-radius: 8px; padding: 1rem; margin: 0 0 1rem; }
article.unstable { border-left-color: var(--warn); }
.badge { font-size: .75rem; font-weight: 600; padding: .1rem .5rem; border-radius: 999px; border: 1px solid currentColor; white-space: nowrap; }
.failed > .badge, .badge.failed { color: var(--bad); } .badge.unstable { color: var(--warn); } .badge.passed { color: var(--good); } .badge.not-observed, .badge.not-applicable { color: var(--soft); }
del, ins { display: block; text-decoration: none; margin: 0 -.75rem; padding: 0 .75rem; }
del { background: var(--bad-tint); } ins { background: var(--good-tint); }
.diff .gap { color: var(--soft); }
.disturbance { margin-top: .75rem; border-top: 1px solid var(--line); padding-top: .5rem; }
.disturbance > h4:first-child { margin-top: .25rem; }
details { margin-top: .5rem; }
summary { cursor: pointer; }
svg { display: block; width: 100%; max-width: 34rem; height: auto; background: var(--code); border-radius: 6px; }
svg text { font: 11px ui-monospace, monospace; fill: var(--ink); }
svg .name { font-weight: 700; } svg .note, svg .response { fill: var(--soft); }
svg .lane { stroke: var(--line); stroke-width: 2; }
svg .arrow line { stroke: var(--ink); stroke-width: 1.5; } svg .arrow path { fill: var(--ink); }
svg .api line { stroke: var(--api); } svg .api path { fill: var(--api); }
svg .fault line { stroke: var(--warn); stroke-dasharray: 5 3; } svg .fault path, svg .fault text { fill: var(--warn); }
svg .bad .response { fill: var(--bad); font-weight: 700; }
.others { list-style: none; padding: 0; margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
.others li { padding: .6rem 1rem; border-top: 1px solid var(--line); } .others li:first-child { border-top: 0; }
.exchange { padding-left: 1.25rem; } .exchange > li { margin: .4rem 0; }
@media print { body { background: #fff; } article { break-inside: avoid; } }
`;
