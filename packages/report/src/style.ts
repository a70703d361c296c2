/** Style sheet of the page. Colours are tokens; the charts read the same ones. */
export const STYLE = `
:root{color-scheme:light dark;--bg:#f6f7f9;--panel:#fff;--text:#16202e;--muted:#5a6675;--line:#e1e5ea;--accent:#2563c9;--accent-soft:#2563c955;--warm:#c26a00;--bad:#c8322f;--good:#15803d;--wait:#93b4ea;--stream:#2563c9}
@media (prefers-color-scheme:dark){:root{--bg:#0f141b;--panel:#171e28;--text:#e7ecf3;--muted:#98a5b6;--line:#2a3442;--accent:#6ea8ff;--accent-soft:#6ea8ff66;--warm:#f0a64b;--bad:#ff7b74;--good:#5cce88;--wait:#3d5c8f;--stream:#6ea8ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;-webkit-text-size-adjust:100%}
main,header.top{max-width:1160px;margin:0 auto;padding:0 20px}
header.top{padding-top:28px;padding-bottom:6px}
h1{font-size:26px;line-height:1.2;margin:0 0 4px;overflow-wrap:anywhere}
.sub{color:var(--muted);margin:0;overflow-wrap:anywhere}
section{background:var(--panel);border:1px solid var(--line);border-radius:10px;padding:18px 20px;margin:16px 0;min-width:0}
h2{font-size:16px;margin:0 0 10px}h3{font-size:13px;font-weight:600;color:var(--muted);margin:0 0 8px}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(220px,1fr));gap:12px;margin:16px 0}
.card{background:var(--panel);border:1px solid var(--line);border-radius:10px;padding:14px 16px;min-width:0}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(84px,1fr));gap:12px 8px}
.figure{display:flex;flex-direction:column;min-width:0}
.stat{font-size:12px;color:var(--muted)}
.value{font-size:24px;font-weight:650;line-height:1.2;font-variant-numeric:tabular-nums;white-space:nowrap}.value small{font-size:12px;font-weight:400;color:var(--muted);margin-left:3px}
.interval{font-size:12px;color:var(--muted);font-variant-numeric:tabular-nums}
.client{color:var(--muted);white-space:nowrap;cursor:help}.figure .client{font-size:12px}.client.over{color:var(--warm)}
.none{color:var(--muted)}
.verdict{display:flex;flex-wrap:wrap;gap:8px 12px;align-items:baseline}
.badge{display:inline-block;border-radius:999px;padding:2px 11px;font-weight:650;font-size:13px;border:1px solid currentColor;white-space:nowrap}
.trustworthy,.pass{color:var(--good)}.limited,.unknown,.limits{color:var(--warm)}.untrustworthy,.fail,.invalidates{color:var(--bad)}.notes{color:var(--muted)}
ul.findings{list-style:none;margin:10px 0 0;padding:0;display:grid;gap:7px}
ul.findings li{display:grid;grid-template-columns:92px minmax(0,1fr);gap:10px}ul.findings .message{color:var(--text);overflow-wrap:anywhere}
ul.findings code{font-size:12.5px}
.two{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:16px}.two section{margin:0}
.chart{width:100%;min-height:240px}.note{color:var(--muted);font-size:13px;margin:4px 0 8px}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:4px 16px;padding:0;margin:0 0 8px;font-size:13px;color:var(--muted)}.legend i{display:inline-block;width:11px;height:11px;border-radius:3px;margin-right:6px;vertical-align:-1px}
.scroll{overflow-x:auto;position:relative}table{border-collapse:collapse;width:100%;font-size:13.5px}
th,td{padding:6px 10px;text-align:right;border-bottom:1px solid var(--line);vertical-align:top;font-variant-numeric:tabular-nums;white-space:nowrap}
thead th{color:var(--muted);font-weight:600}tbody tr:last-child>*{border-bottom:0}
th[scope=row]{text-align:left;font-weight:500}td small,th small{display:block;color:var(--muted);font-weight:400;font-size:11.5px}
.config td,.config th{text-align:left;white-space:normal;overflow-wrap:anywhere}.config th[scope=row]{white-space:nowrap}.origin{color:var(--muted);white-space:nowrap}.origin.set{color:var(--accent);font-weight:600}
tr.bad td,tr.bad th{color:var(--bad)}tr.code th{padding-left:26px;font-family:ui-monospace,monospace;font-size:12.5px}tr.code th,tr.code td{color:var(--muted)}
.groups th[scope=row],.groups thead th:first-child[rowspan],.groups thead td:first-child{position:sticky;left:0;background:var(--panel);text-align:left;min-width:84px;max-width:34vw;white-space:normal;overflow-wrap:anywhere}.groups thead th{vertical-align:bottom}.groups th[scope=colgroup]{text-align:center}section h3{margin-top:18px}.groups tbody small{white-space:nowrap}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
code{font-family:ui-monospace,SFMono-Regular,Menlo,monospace;font-size:12.5px}
.gantt{display:block;width:100%;background:linear-gradient(90deg,var(--line) 1px,transparent 1px) 0 0/10% 100%}.axis{display:flex;justify-content:space-between;color:var(--muted);font-size:12px;padding-top:4px}
.k-wait{fill:var(--wait);background:var(--wait)}.k-stream{fill:var(--stream);background:var(--stream)}.k-fail{fill:var(--bad);background:var(--bad)}.k-lag{fill:var(--warm);background:var(--warm)}.k-p50{background:var(--accent)}.k-p95{background:var(--text)}.k-dot{background:var(--accent-soft)}
.gantt g:hover rect{filter:brightness(1.25)}
.term{border-bottom:1px dotted var(--muted);cursor:help;position:relative;outline-offset:3px}
.tip{position:absolute;z-index:9;max-width:min(320px,calc(100vw - 24px));background:var(--text);color:var(--bg);font:13px/1.45 system-ui,sans-serif;padding:8px 11px;border-radius:7px;pointer-events:none;white-space:normal}
.definitions{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(320px,100%),1fr));gap:12px 26px;margin:0}dt{font-weight:600}dt code{color:var(--muted);font-weight:400}dd{margin:2px 0 0;color:var(--muted);font-size:13.5px}
details>summary{cursor:pointer;font-weight:650;font-size:16px}details[open]>summary{margin-bottom:10px}
footer{color:var(--muted);font-size:13px;padding:4px 0 30px}
.u-legend{font-size:12.5px!important;text-align:left!important;color:var(--muted)}.u-legend .u-value{font-variant-numeric:tabular-nums}
@media (max-width:760px){.two{grid-template-columns:minmax(0,1fr);gap:16px}main,header.top{padding-left:12px;padding-right:12px}section{padding:14px}.cards{grid-template-columns:repeat(2,minmax(0,1fr));gap:8px}.card{padding:11px 12px}.figures{grid-template-columns:minmax(0,1fr)}.value{font-size:21px}ul.findings li{grid-template-columns:minmax(0,1fr);gap:0}}
@media print{body{background:#fff}section,.card{break-inside:avoid}}
`;
