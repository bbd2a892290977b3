"""Small pages behind mailed links: plain HTML without script, safe headers, nothing cached."""

from html import escape

from starlette.responses import HTMLResponse

_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
    "frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
_STYLE = (
    "body{font:1.2rem/1.5 system-ui,sans-serif;max-width:34rem;margin:1.5rem auto 3rem;padding:0 1rem;"
    "color:#1a1a1a;background:#fff;overflow-wrap:anywhere}"
    "header{font-weight:bold;color:#12467b}h1{font-size:1.8rem;line-height:1.25;margin:1rem 0}"
    "button{font:inherit;padding:.7rem 1.4rem;border:0;border-radius:.4rem;background:#12467b;color:#fff}"
    "input{font:inherit;padding:.5rem;width:100%;box-sizing:border-box;margin:.3rem 0 1rem;"
    "border:2px solid #595959;border-radius:.2rem}"
    "[role=alert]{border-left:.3rem solid #a4262c;padding-left:.8rem}"
    ":focus-visible{outline:3px solid #1a1a1a;outline-offset:2px}svg{max-width:100%;height:auto}"
)


def page(title: str, body: str, status: int = 200) -> HTMLResponse:
    """A page. `title` is text; `body` is HTML whose every outside value went through `text()`."""
    html = (
        f'<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>{escape(title)} - OurWatch</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head>'
        f"<body><header>OurWatch</header><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
    return HTMLResponse(html, status, _HEADERS)


def alert(told: str) -> str:
    """What went wrong, as text: set apart for who looks, and read out first to who listens."""
    return f'<p role="alert">{text(told)}</p>'


def text(value: str) -> str:
    """A value as HTML text or attribute."""
    return escape(value, quote=True)


def button(label: str, action: str, **hidden: str) -> str:
    """A form with one button that posts its hidden fields: a mail filter that follows links changes nothing."""
    fields = "".join(f'<input type="hidden" name="{text(n)}" value="{text(v)}">' for n, v in hidden.items())
    return f'<form method="post" action="{text(action)}">{fields}<button>{text(label)}</button></form>'
