/**
 * Style sheet of the explain page: light and dark, desktop and phone; nothing is fetched.
 *
 * @module
 */

const LIGHT =
  "--bg:#fbfaf8;--card:#fff;--ink:#1c1b1a;--soft:#66625c;--faded:#908b84;--line:#e4e0d9;--heat:234 88 12;--mark:#c2410c";
const DARK =
  "--bg:#161514;--card:#1f1e1c;--ink:#f1eee9;--soft:#a8a39b;--faded:#8b857d;--line:#34312d;--heat:214 84 22;--mark:#fb923c";

/** Opacity of the heat, by step of HEAT_STEPS. */
const ALPHAS = [0, 0.07, 0.14, 0.23, 0.33, 0.45, 0.6, 0.78];

const steps = ALPHAS.map((alpha, i) => `.h${i}{--a:${alpha}}`).join("");

/** For a `style` element. */
export const PAGE_STYLE = `
:root{color-scheme:light dark;${LIGHT}}
@media(prefers-color-scheme:dark){:root{${DARK}}}
*{box-sizing:border-box}
body{margin:0;padding:1.5rem 1.25rem 4rem;background:var(--bg);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
header,main{max-width:76rem;margin:0 auto}
h1{margin:0;font-size:clamp(1.3rem,5.6vw,1.75rem);line-height:1.2;font-variant-numeric:tabular-nums}
h2{margin:0 0 .75rem;font-size:1.05rem}
h3{margin:0 0 .35rem;font-size:.85rem;color:var(--soft)}
h3 span{margin-left:.5rem;font-weight:400}
p{margin:.35rem 0}
.soft,figcaption{color:var(--soft);font-size:.875rem}
nav a{display:inline-block;margin:.5rem 1rem 0 0;color:var(--mark)}
main{display:grid;gap:1.25rem;margin-top:1.25rem;grid-template-columns:minmax(0,1fr)}
.card{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:1rem 1.1rem;min-width:0}
.side{display:grid;gap:1.25rem;align-content:start;min-width:0}
@media(min-width:62rem){main{grid-template-columns:minmax(0,1fr) 27rem}nav{display:none}.side{position:sticky;top:1rem;max-height:calc(100vh - 2rem);overflow:auto}}
.text{white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:isolate;font-size:.95rem;line-height:1.65}
.part{padding:.2rem 0 .2rem .8rem;border-left:3px solid var(--mark);margin:0 0 1.4rem}
.part.dropped{border-left-color:var(--line)}
.gone{margin-left:.5rem;color:var(--soft);font-weight:400;border:1px solid var(--line);border-radius:1rem;padding:0 .5rem}
.k,.d,.key i{border-radius:2px;background:rgb(var(--heat)/var(--a,0))}
.d{color:var(--faded);background:rgb(var(--heat)/calc(var(--a,0)*.3))}
.k{font-weight:600}
.k:hover,.d:hover{outline:2px solid var(--mark)}
.k:hover::after,.d:hover::after{position:fixed;left:0;right:0;bottom:0;z-index:1;padding:.6rem 1.25rem;background:var(--ink);color:var(--bg);font:500 .95rem/1.4 system-ui,sans-serif;white-space:pre-wrap;text-align:center}
.k:hover::after{content:attr(data-t) " · kept"}
.d:hover::after{content:attr(data-t) " · dropped"}
.key{display:flex;flex-wrap:wrap;align-items:center;gap:.15rem .3rem;margin-bottom:.9rem}
.key i{font-style:normal;padding:0 .45rem;font-variant-numeric:tabular-nums;color:var(--ink);border:1px solid var(--line)}
.key span.k,.key span.d{margin-left:.5rem}
${steps}
table{width:100%;border-collapse:collapse;font-size:.8125rem;font-variant-numeric:tabular-nums}
.scroll{overflow-x:auto}
th,td{padding:.28rem 0 .28rem .5rem;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}
th:first-child,td:first-child{text-align:left;padding-left:0}
th{color:var(--soft);font-weight:500}
tr.total td{font-weight:600;border-bottom:0}
tr.gone-row td{color:var(--faded)}
figure{margin:0}
svg{display:block;width:100%;height:auto}
svg text{font:11px system-ui,sans-serif;fill:var(--soft);text-anchor:middle}
.bk{fill:rgb(var(--heat))}.bd{fill:var(--faded);opacity:.55}
figcaption i{display:inline-block;width:.7rem;height:.7rem;border-radius:2px;margin:0 .3rem 0 .6rem}
.ik{background:rgb(var(--heat))}.id{background:var(--faded);opacity:.55}
@media(max-width:30rem){body{padding:1rem .75rem 4rem}.card{padding:.85rem .8rem}table{font-size:.75rem}nav a{margin-right:.75rem}}
@media print{.k:hover::after,.d:hover::after{display:none}}
`;
