"""The baseline of `yanlu bench web`: the least page one can write with Starlette that does the same exchange.

A form is posted, the browser is sent back to the page, and the page shows what was typed and an echo as long as an
answer is, so that both pages have about the same size. One process, the server's defaults but for its log; prints
its port.
"""

import socket

TEMPLATE = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>回声</title></head><body>
<ol>{% for line in lines %}<li><p>{{ line }}</p></li><li><p>{{ line * repeat }}</p></li>{% endfor %}</ol>
<form method="post" action="/turn" enctype="multipart/form-data"><textarea name="text"></textarea><button>发送</button></form>
</body></html>"""
LINES = 20
"""So many are shown, of whoever asked last."""
REPEAT = 25
"""An answer with its quotes has some hundred characters in all."""


def main() -> None:
    """Serve until told to stop."""
    import uvicorn
    from jinja2 import Environment
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import HTMLResponse, RedirectResponse, Response
    from starlette.routing import Route

    page = Environment(autoescape=True).from_string(TEMPLATE)
    lines: list[str] = []

    async def show(_request: Request) -> Response:
        return HTMLResponse(page.render(lines=lines[-LINES:], repeat=REPEAT))

    async def turn(request: Request) -> Response:
        form = await request.form()
        lines.append(str(form.get("text", "")))
        return RedirectResponse("/", 303)

    app = Starlette(routes=[Route("/", show), Route("/turn", turn, methods=["POST"])])
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        print(listening.getsockname()[1], flush=True)
        config = uvicorn.Config(app, http="h11", log_level="warning", access_log=False)
        uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main()
