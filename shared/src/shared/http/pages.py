"""Small pages behind mailed links: plain HTML without script, safe headers, nothing cached."""

from html import escape

from fastapi.responses import HTMLResponse

_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
    "frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
_STYLE = (
    "body{font:1.15rem/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem;color:#1a1a1a}"
    "button{font:inherit;padding:.7rem 1.4rem;border:0;border-radius:.4rem;background:#12467b;color:#fff}"
    "input{font:inherit;padding:.5rem;width:100%;box-sizing:border-box;margin:.3rem 0 1rem}"
)


def page(title: str, body: str, status: int = 200) -> HTMLResponse:
    """A page. `title` is text; `body` is HTML whose every outside value went through `text()`."""
    html = (
        f'<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head>'
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
    return HTMLResponse(html, status, _HEADERS)


def text(value: str) -> str:
    """A value as HTML text or attribute."""
    return escape(value, quote=True)


def button(label: str, action: str, **hidden: str) -> str:
    """A form with one button that posts its hidden fields: a mail filter that follows links changes nothing."""
    fields = "".join(f'<input type="hidden" name="{text(n)}" value="{text(v)}">' for n, v in hidden.items())
    return f'<form method="post" action="{text(action)}">{fields}<button>{text(label)}</button></form>'
