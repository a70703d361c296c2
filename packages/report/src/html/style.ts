/** The style sheet of the page. Colours are variables, so that the charts read the same ones. */
export const PAGE_STYLE: string = `
:root{color-scheme:light dark;--page:#f6f7f9;--panel:#fff;--text:#14181f;--muted:#586172;--line:#e1e5ea;--first:#2457d6;--tokens:#0a8a6a;--wait:#9aa3b2;--bad:#c8232c;--late:#b96a00;--good:#0a7a4b;--accent:#2457d6}
@media (prefers-color-scheme:dark){:root{--page:#0e1116;--panel:#171b22;--text:#e8ebf0;--muted:#9ba5b5;--line:#2a303a;--first:#7aa2ff;--tokens:#3fcf9f;--wait:#687386;--bad:#ff6b70;--late:#f0a541;--good:#45d08f;--accent:#7aa2ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;font-variant-numeric:tabular-nums}
main{max-width:72rem;margin:0 auto;padding:1.25rem 1rem 3rem}
h1{font-size:1.5rem;margin:0;overflow-wrap:anywhere}h2{font-size:1.05rem;margin:0 0 .6rem}
p{margin:.25rem 0}.muted{color:var(--muted)}small,.small{font-size:.82rem}
.panel{background:var(--panel);border:1px solid var(--line);border-radius:10px;padding:1rem;margin-top:1rem;min-width:0}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(10.5rem,1fr));gap:.75rem;margin-top:1rem}
.card{background:var(--panel);border:1px solid var(--line);border-radius:10px;padding:.8rem .9rem;min-width:0}
.card .value{font-size:1.6rem;font-weight:650;line-height:1.25;margin:.1rem 0}
.card .unit{font-size:.85rem;font-weight:400;color:var(--muted)}
.card.missing .value{color:var(--muted);font-weight:400}
.pair{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:1rem}
@media (max-width:760px){.pair{grid-template-columns:minmax(0,1fr);gap:0}}
.chart{height:250px;width:100%;min-width:0}.chart.tall{height:320px}.chart.rows{height:440px}
.chart-with-legend{padding-bottom:2rem}
.verdict{display:inline-block;border-radius:99px;padding:.1rem .7rem;font-weight:600;border:1px solid currentColor}
.trustworthy,.pass{color:var(--good)}.limited,.unknown{color:var(--late)}.untrustworthy,.fail{color:var(--bad)}
.findings{list-style:none;margin:.6rem 0 0;padding:0}.findings li{border-left:3px solid var(--wait);padding:.1rem .7rem;margin:.4rem 0;overflow-wrap:anywhere}
.findings .invalidates{border-color:var(--bad)}.findings .limits{border-color:var(--late)}
.scroll{overflow-x:auto;max-width:100%}
table{border-collapse:collapse;width:100%}
th,td{text-align:right;padding:.32rem .6rem;border-bottom:1px solid var(--line);white-space:nowrap;vertical-align:top}
th:first-child,td:first-child{text-align:left;padding-left:0}th{font-weight:600;color:var(--muted);font-size:.85rem}
td.wrap{white-space:normal;text-align:left;overflow-wrap:anywhere;min-width:9rem}.left{text-align:left}
td .interval{display:block;color:var(--muted);font-size:.78rem}
.key{display:flex;flex-wrap:wrap;gap:.2rem 1rem;font-size:.82rem;color:var(--muted);margin:.4rem 0}
.key i{display:inline-block;width:.75rem;height:.75rem;border-radius:2px;margin-right:.35rem;vertical-align:-1px}
.term{font:inherit;color:inherit;background:none;border:0;border-bottom:1px dotted var(--muted);padding:0;cursor:help;text-align:left}
.term:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:2px}
.tip{position:fixed;inset:auto 1rem 1rem auto;z-index:9;width:max-content;max-width:min(24rem,calc(100vw - 2rem));background:var(--text);color:var(--page);border-radius:8px;padding:.55rem .75rem;font-size:.85rem;font-weight:400;line-height:1.4;text-align:left;white-space:normal;visibility:hidden;opacity:0;pointer-events:none}
.term:hover+.tip,.term:focus+.tip{visibility:visible;opacity:1}
code{font:.88em ui-monospace,SFMono-Regular,Menlo,monospace;overflow-wrap:anywhere}
details summary{cursor:pointer}
.u-legend{color:var(--muted);font-size:.8rem;width:100%;text-align:left}.u-legend th,.u-legend td{border:0;padding:.1rem .25rem;white-space:nowrap}.u-legend tr{margin-right:.5rem}.u-legend th:first-child{padding-left:.25rem}
.u-select{background:color-mix(in srgb,var(--accent) 18%,transparent)}.u-cursor-x,.u-cursor-y{border-color:var(--muted)!important}
@media print{body{background:#fff}.panel,.card{break-inside:avoid}}
`;
