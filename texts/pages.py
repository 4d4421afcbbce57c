"""The frame of the bot's own pages, and those that only say something."""

from jinja2 import Environment

from texts.filters import FILTERS

STYLE = """
:root { color-scheme: light dark; --ground: #f2f4f7; --card: #fff; --ink: #1d2939; --soft: #475467;
  --line: #98a2b3; --act: #0b5cd6; --on-act: #fff; --bad: #b42318; --bad-ground: #fef3f2; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #10141b; --card: #1b212b; --ink: #f2f4f7; --soft: #b4bcc9; --line: #667085;
    --act: #6aa5ff; --on-act: #0b1626; --bad: #ffa89f; --bad-ground: #3a1d1c; }
}
* { box-sizing: border-box; }
body { margin: 0; padding: 24px 16px; background: var(--ground); color: var(--ink);
  font: 17px/1.5 system-ui, -apple-system, Roboto, "Noto Sans", sans-serif; overflow-wrap: break-word; }
main { max-width: 480px; margin: 0 auto; padding: 24px 20px; border-radius: 16px; background: var(--card); }
h1 { margin: 0 0 12px; font-size: 24px; line-height: 1.3; }
p, ul { margin: 0 0 16px; }
ul { padding-left: 22px; color: var(--soft); }
main > :last-child { margin-bottom: 0; }
.sign { margin: 0 0 8px; font-size: 40px; line-height: 1; }
.soft { color: var(--soft); font-size: 15px; }
.bad { padding: 12px 14px; border-radius: 12px; background: var(--bad-ground); color: var(--bad); }
form { margin: 0 0 16px; }
label { display: block; margin: 0 0 6px; font-weight: 600; }
input { display: block; width: 100%; margin: 0 0 16px; padding: 10px; border: 2px dashed var(--line);
  border-radius: 12px; background: transparent; color: var(--ink); font: inherit; font-size: 16px; }
input::file-selector-button { display: block; width: 100%; min-height: 48px; margin: 0 0 8px; padding: 8px 16px;
  border: 0; border-radius: 8px; background: var(--ground); color: var(--ink); font: inherit; font-weight: 600; }
button { display: block; width: 100%; min-height: 56px; padding: 12px 16px; border: 0; border-radius: 12px;
  background: var(--act); color: var(--on-act); font: inherit; font-size: 19px; font-weight: 600; cursor: pointer; }
button.quiet { margin: 0 0 12px; background: var(--ground); color: var(--ink); font-size: 17px; }
:focus-visible { outline: 3px solid var(--act); outline-offset: 2px; }
"""
"""The only style of each page, which may load nothing and run no script."""

_FRAME = """\
<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{{ title }}</title>
<style>{{ style|safe }}</style>
</head>
<body>
<main>
{% block content %}
{% endblock %}
</main>
</body>
</html>
"""

_NOTE = """\
{% extends frame %}
{% block content %}
<p class="sign" aria-hidden="true">{{ sign }}</p>
<h1>{{ title }}</h1>
{% for line in lines %}
<p>{{ line }}</p>
{% endfor %}
{% endblock %}
"""

_environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
_environment.filters.update(FILTERS)
_frame, _note = map(_environment.from_string, (_FRAME, _NOTE))


class Page:
    """A page made from the template of its content, which extends `frame`."""

    def __init__(self, template: str) -> None:
        self._template = _environment.from_string(template)

    def render(self, title: str, **values: object) -> str:
        return self._template.render(frame=_frame, style=STYLE, title=title, **values)


def said(sign: str, title: str, *lines: str) -> str:
    """A page with these lines under its title."""
    return _note.render(frame=_frame, style=STYLE, sign=sign, title=title, lines=lines)
