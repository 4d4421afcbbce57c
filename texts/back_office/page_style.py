"""The only style of the desk's page, which may load nothing but pictures of the bot's own and run no script."""

STYLE = """
:root { color-scheme: light dark; --ground: #f2f4f7; --card: #fff; --ink: #1d2939; --soft: #475467;
  --line: #98a2b3; --act: #0b5cd6; --on-act: #fff; --bad: #b42318; --bad-ground: #fef3f2; --good: #05603a;
  --good-ground: #ecfdf3; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #10141b; --card: #1b212b; --ink: #f2f4f7; --soft: #b4bcc9; --line: #667085; --act: #6aa5ff;
    --on-act: #0b1626; --bad: #ffa89f; --bad-ground: #3a1d1c; --good: #75e0a7; --good-ground: #0f2e20; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); overflow-wrap: break-word;
  font: 16px/1.5 system-ui, -apple-system, Roboto, "Noto Sans", sans-serif; }
.skip { position: absolute; left: -9999px; }
.skip:focus { left: 8px; top: 8px; padding: 8px 12px; background: var(--card); z-index: 1; }
header, main { max-width: 1240px; margin: 0 auto; padding: 12px 16px; }
header { display: flex; flex-wrap: wrap; gap: 8px 24px; align-items: center; }
header p { margin: 0; color: var(--soft); }
header form { margin: 0 0 0 auto; }
nav ul { display: flex; flex-wrap: wrap; gap: 8px; margin: 0; padding: 0; list-style: none; }
a { color: var(--act); }
nav a { display: block; padding: 8px 14px; border-radius: 8px; background: var(--card); text-decoration: none; }
nav a[aria-current] { background: var(--act); color: var(--on-act); }
h1 { margin: 8px 0 12px; font-size: 24px; line-height: 1.3; }
h2 { margin: 24px 0 8px; font-size: 19px; }
.box button, .box .button { margin: 0 4px 8px 0; }
ul.box { padding-left: 36px; }
.box > p:first-of-type { margin-top: 0; }
.narrow { max-width: 720px; }
.box { margin: 0 0 16px; padding: 14px 16px; border-radius: 12px; background: var(--card); }
.fields { display: flex; flex-wrap: wrap; gap: 10px 14px; align-items: end; }
label { display: block; font-weight: 600; }
.fields label, fieldset label { font-size: 15px; }
input, select { min-height: 44px; padding: 8px 10px; border: 1px solid var(--line); border-radius: 8px;
  background: var(--card); color: var(--ink); font: inherit; max-width: 100%; }
input[type=search], .wide { width: 300px; }
button, .button { display: inline-block; min-height: 44px; padding: 9px 16px; border: 1px solid var(--act);
  border-radius: 8px; background: var(--card); color: var(--act); font: inherit; font-weight: 600; cursor: pointer;
  text-decoration: none; }
button.main { background: var(--act); color: var(--on-act); }
.acts { display: flex; flex-wrap: wrap; gap: 10px; align-items: end; margin: 12px 0; }
.bad, .good { margin: 0 0 16px; padding: 12px 14px; border-radius: 12px; }
.bad { background: var(--bad-ground); color: var(--bad); }
.good { background: var(--good-ground); color: var(--good); }
.said { white-space: pre-line; }
.soft { color: var(--soft); }
.sent { display: block; max-width: 100%; max-height: 70vh; border-radius: 12px; }
table { width: 100%; border-collapse: collapse; background: var(--card); }
caption { padding: 8px 0; text-align: left; color: var(--soft); }
th, td { padding: 9px 10px; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { font-size: 15px; }
.sum { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.tick { width: 44px; }
.tick label { display: flex; justify-content: center; min-width: 24px; min-height: 24px; padding: 4px; }
.tick input { width: 20px; height: 20px; min-height: 0; margin: 0; }
td.text { max-width: 420px; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 6px 16px; margin: 0; }
dt { color: var(--soft); }
dd { margin: 0; min-width: 0; }
:focus-visible { outline: 3px solid var(--act); outline-offset: 2px; }
label.button { display: none; }
#more, #more ~ p.soft { display: none; }
#more:focus-visible + label { outline: 3px solid var(--act); outline-offset: 2px; }
@media (max-width: 720px) {
  label.button { display: inline-block; }
  #more { display: block; }
  #more ~ p.soft { display: block; margin: 8px 0 0; }
  #more:checked ~ p.soft { display: none; }
  #more ~ .fields { display: none; }
  #more:checked ~ .fields { display: flex; margin-top: 10px; }
  header nav { width: 100%; }
  nav ul { display: grid; grid-template-columns: repeat(3, 1fr); gap: 6px; }
  nav ul a { padding: 8px 2px; text-align: center; font-size: 15px; }
  header { gap: 8px; padding: 8px 16px; }
  table, tbody, tr, td, th[scope=row] { display: block; width: 100%; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  caption { display: block; }
  table { background: none; }
  tr { margin: 0 0 12px; padding: 8px 12px; border-radius: 12px; background: var(--card); }
  th, td { border: 0; padding: 3px 0; }
  td.text { max-width: none; }
  .sum { text-align: left; white-space: normal; }
  td[data-label]::before { content: attr(data-label) ": "; color: var(--soft); }
  .tick { float: right; width: auto; }
  input[type=search], .wide, .fields > p, select { width: 100%; }
  .fields > p { margin: 0; }
  header form { margin: 0; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin: 0 0 8px; }
}
.fields > p { margin: 0; }
"""
