"""Text and entities back to HTML, safe to show: everything is escaped but Telegram's own tags."""

from html import escape
from itertools import pairwise

from sandbox.telegram.html import Entity

_TAGS = {
    "bold": ("<b>", "</b>"),
    "italic": ("<i>", "</i>"),
    "underline": ("<u>", "</u>"),
    "strikethrough": ("<s>", "</s>"),
    "code": ("<code>", "</code>"),
    "spoiler": ("<tg-spoiler>", "</tg-spoiler>"),
    "blockquote": ("<blockquote>", "</blockquote>"),
    "expandable_blockquote": ("<blockquote expandable>", "</blockquote>"),
}


def to_html(text: str, entities: list[Entity]) -> str:
    """HTML in Telegram's style. What Telegram detects by itself (links, commands, …) stays plain text."""
    units = text.encode("utf-16-le")
    shown = [entity for entity in entities if _tags(entity) is not None]
    edges = {0, len(units) // 2}
    for entity in shown:
        edges |= {entity["offset"], entity["offset"] + entity["length"]}
    marks = sorted(edges)
    out: list[str] = []
    stack: list[Entity] = []
    for start, stop in pairwise(marks):
        active = [e for e in shown if e["offset"] <= start and e["offset"] + e["length"] >= stop]
        same = 0
        while same < min(len(stack), len(active)) and stack[same] is active[same]:
            same += 1
        out += [_end(entity) for entity in reversed(stack[same:])]
        out += [_begin(entity) for entity in active[same:]]
        out.append(escape(units[start * 2 : stop * 2].decode("utf-16-le"), quote=False))
        stack = active
    out += [_end(entity) for entity in reversed(stack)]
    return "".join(out)


def _tags(entity: Entity) -> tuple[str, str] | None:
    match entity["type"]:
        case "text_link":
            return f'<a href="{escape(entity["url"])}">', "</a>"
        case "date_time":
            form = f' format="{entity["date_time_format"]}"' if "date_time_format" in entity else ""
            return f'<tg-time unix="{entity["unix_time"]}"{form}>', "</tg-time>"
        case "pre" if entity.get("language"):
            return f'<pre><code class="language-{escape(entity["language"])}">', "</code></pre>"
        case "pre":
            return "<pre>", "</pre>"
    return _TAGS.get(entity["type"])


def _begin(entity: Entity) -> str:
    return (_tags(entity) or ("", ""))[0]


def _end(entity: Entity) -> str:
    return (_tags(entity) or ("", ""))[1]
