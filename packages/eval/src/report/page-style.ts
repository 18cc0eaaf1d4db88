/**
 * Style sheet of a report: light and dark, desktop, phone and paper; nothing is fetched.
 *
 * @module
 */
import { DARK_COLOURS, LIGHT_COLOURS } from "./charts/palette.js";

const LIGHT = `--bg:#fbfaf8;--card:#fff;--ink:#1c1b1a;--soft:#66625c;--line:#e4e0d9;--p0:#0072b2;--p1:#e0a100;--p2:#8a857d;${LIGHT_COLOURS}`;
const DARK = `--bg:#161514;--card:#1f1e1c;--ink:#f1eee9;--soft:#a8a39b;--line:#34312d;--p0:#56b4e9;--p1:#a87800;--p2:#8b857d;${DARK_COLOURS}`;

/** For a `style` element. */
export const PAGE_STYLE = `
:root{color-scheme:light dark;${LIGHT}}
@media(prefers-color-scheme:dark){:root{${DARK}}}
*{box-sizing:border-box}
body{margin:0;padding:1.5rem 1.25rem 4rem;background:var(--bg);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
header,main,footer{max-width:72rem;margin:0 auto}
h1{margin:0;font-size:clamp(1.3rem,5.6vw,1.75rem);line-height:1.2;overflow-wrap:anywhere}
h2{margin:0 0 .75rem;font-size:1.05rem}
h3{margin:1rem 0 .35rem;font-size:.9rem}
h4{margin:0 0 .2rem;font-size:.75rem;color:var(--soft);font-weight:500}
p{margin:.35rem 0}
.soft{color:var(--soft);font-size:.875rem}
.warn{border-left:4px solid var(--c1);padding:.3rem .75rem;margin:.75rem 0 0}
main{display:grid;gap:1.25rem;margin-top:1.25rem;grid-template-columns:minmax(0,1fr)}
.card{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:1rem 1.1rem;min-width:0}
.charts+.charts,.charts+.legend,.charts+.scroll{margin-top:1.5rem}
.charts{display:grid;gap:1.25rem 1rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,19rem),1fr))}
figure{margin:0;min-width:0;break-inside:avoid}
figcaption{font-size:.8125rem;font-weight:600;margin-bottom:.25rem;overflow-wrap:anywhere}
.plot{display:block;width:100%;max-width:26rem;height:auto;color:var(--ink)}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.15rem 1rem;margin:0 0 .9rem;padding:0;font-size:.8125rem;color:var(--soft)}
.legend li{display:flex;gap:.35rem;align-items:baseline;min-width:0;overflow-wrap:anywhere}
.legend b{color:var(--ink);font-weight:600}
.marker{flex:none;position:relative;top:.2em}
.part{display:inline-block;width:.75rem;height:.75rem;border-radius:2px;margin-right:.35rem;print-color-adjust:exact;-webkit-print-color-adjust:exact}
.scroll{overflow-x:auto;margin-top:.5rem}
.scroll:focus-visible{outline:2px solid var(--c0)}
table{border-collapse:collapse;font-size:.8125rem;font-variant-numeric:tabular-nums;min-width:100%}
caption{text-align:left;color:var(--soft);padding-bottom:.5rem}
caption span,.section span{position:sticky;left:0;display:inline-block;max-width:min(68rem,calc(100vw - 4.5rem));white-space:normal}
th,td{padding:.3rem .6rem;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}
th:first-child,td:first-child{text-align:left;padding-left:0}
th:first-child{position:sticky;left:0;background:var(--card)}
.section th:first-child{position:static}
thead th{color:var(--soft);font-weight:500;vertical-align:bottom}
th.t,td.t{text-align:left}
tbody th{font-weight:400}
tbody th[scope=row]{white-space:normal;min-width:9rem}
.section th{font-weight:600;padding-top:.8rem}
.notes{margin:.75rem 0 0;padding-left:1.1rem;font-size:.8125rem;color:var(--soft)}
details.more{border:0}
details{border-top:1px solid var(--line);padding:.35rem 0}
summary{cursor:pointer;overflow-wrap:anywhere}
.sides{display:grid;gap:.75rem;grid-template-columns:minmax(0,1fr) minmax(0,1fr);padding:.5rem 0}
.wide{grid-column:1/-1}
.box{border-left:3px solid var(--line);padding-left:.6rem;min-width:0}
.text,pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:.875rem;line-height:1.5;margin:0}
.text{unicode-bidi:isolate}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.2rem 1rem;margin:0 0 1rem;font-size:.875rem}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
pre{background:var(--bg);border:1px solid var(--line);border-radius:.4rem;padding:.6rem .75rem;font-family:ui-monospace,monospace;font-size:.8125rem}
@media(max-width:40rem){.sides{grid-template-columns:minmax(0,1fr)}}
@media(max-width:30rem){body{padding:1rem .75rem 4rem}.card{padding:.85rem .8rem}dl{grid-template-columns:minmax(0,1fr);gap:0}dd{margin-bottom:.4rem}tbody th[scope=row]{min-width:7.5rem}}
@page{margin:12mm}
@media print{:root{color-scheme:light;${LIGHT};--bg:#fff}body{padding:0;font-size:11px}table{font-size:9px}caption span,.section span{position:static;max-width:none}.card{border:0;padding:0}.scroll{overflow:visible}th,td{padding:.15rem .3rem;white-space:normal}tbody th[scope=row]{min-width:0}details::details-content{content-visibility:visible;height:auto}tr,details{break-inside:avoid}.plot{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`;
