"""Bodies that are too big, too slow, too many or broken: bounded, in memory only, and what was typed is kept."""

import asyncio
import tempfile

import pytest

from bot.channels.web import uploads
from bot.channels.web.uploads import MAX_BODY, MAX_FILE, Intake, Pace, plain_name
from tests.support.web_service import WebHouse
from tests.support.web_user import Page, WebUser
from yanlu.texts import web as texts

BOUNDARY = "----yanlu"


@pytest.fixture
def house():
    return WebHouse(intake=Intake(Pace(silence=0.2, grace=0.5, rate=1_000_000)))


@pytest.fixture
async def user(house):
    async with house.browser() as client:
        user = WebUser(client)
        await user.opens()
        yield user


def multipart(fields: dict[str, str], file: bytes = b"", *, end: bool = True) -> bytes:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n'
    tail = f"\r\n--{BOUNDARY}--\r\n".encode() if end else b""
    return b"".join([*parts, head.encode(), file, tail])


async def sent(user: WebUser, body, kind=f"multipart/form-data; boundary={BOUNDARY}") -> Page:
    return Page(await user.client.post("/turn", content=body, headers={"content-type": kind}))


async def test_a_file_of_just_the_limit_is_taken(house, user):
    page = await sent(user, multipart({**user.page.hidden, "text": ""}, bytes(MAX_FILE)))
    assert page.answer.status_code == 200
    assert house.turns[0].file.size == MAX_FILE


async def test_a_stream_without_a_length_stops_at_the_limit(house, user):
    async def endless():
        yield multipart({**user.page.hidden, "text": "见附件"}, end=False)
        for _ in range(3 * MAX_BODY // 1_000_000):
            yield bytes(1_000_000)

    page = await sent(user, endless())
    assert page.answer.status_code == 413
    assert (page.alert, page.composer) == (texts.FILE_TOO_BIG, "见附件")
    assert not house.turns


async def test_silence_in_mid_upload_is_not_waited_for(house, user):
    async def stalls():
        yield multipart({**user.page.hidden, "text": "见附件"}, b"x", end=False)
        await asyncio.sleep(30)

    async with asyncio.timeout(5):
        page = await sent(user, stalls())
    assert page.answer.status_code == 408
    assert (page.alert, page.composer) == (texts.FILE_NOT_READ, "见附件")
    assert not house.turns


async def test_a_trickle_is_not_waited_for(house, user):
    async def trickles():
        yield multipart({**user.page.hidden, "text": "见附件"}, end=False)
        while True:
            await asyncio.sleep(0.05)
            yield b"x"

    async with asyncio.timeout(5):
        page = await sent(user, trickles())
    assert page.answer.status_code == 408
    assert not house.turns


async def test_all_uploads_together_are_bounded_and_the_room_is_given_back(house, user, monkeypatch):
    monkeypatch.setattr(uploads, "IN_FLIGHT", 1_000_000)
    page = await sent(user, multipart({**user.page.hidden, "text": "见附件"}, bytes(1_200_000)))
    assert page.answer.status_code == 503
    assert page.alert == texts.UPLOADS_BUSY
    for _ in range(3):
        page = await sent(user, multipart({**user.page.hidden, "text": ""}, bytes(900_000)))
        assert page.answer.status_code == 200
        user.page = page


async def test_nothing_of_an_upload_touches_a_disk(house, user, monkeypatch):
    def refused(*arguments, **more):
        raise AssertionError("a file was made")

    for name in ("TemporaryFile", "NamedTemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, name, refused)
    page = await sent(user, multipart({**user.page.hidden, "text": ""}, bytes(10_000_000)))
    assert page.answer.status_code == 200
    assert house.files == [bytes(10_000_000)]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{}", "application/json"),
        (b"text=1", "text/plain"),
        (b"", "multipart/form-data"),
        (b"garbage", f"multipart/form-data; boundary={BOUNDARY}"),
        (b"--" + BOUNDARY.encode() + b"\r\n\r\nx", f"multipart/form-data; boundary={BOUNDARY}"),
        (b"a=1&" * 40, "application/x-www-form-urlencoded"),
        (b"text=" + b"x" * 80_000, "application/x-www-form-urlencoded"),
        (b"%ff%fe=%00", "application/x-www-form-urlencoded"),
        (b"", ""),
    ],
)
async def test_what_is_no_form_of_ours_is_refused_kindly(house, user, body, kind):
    page = await sent(user, body, kind)
    assert page.answer.status_code in {400, 403}
    assert page.alert
    assert not house.turns


async def test_two_files_are_one_too_many(house, user):
    files = [("file", ("a.txt", b"1")), ("file", ("b.txt", b"2"))]
    answer = await user.client.post("/turn", data={**user.page.hidden, "text": "两份"}, files=files)
    assert answer.status_code == 400
    assert Page(answer).composer == "两份"
    assert not house.turns


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\张三\\报告.docx", "报告.docx"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("", texts.UNNAMED),
        (None, texts.UNNAMED),
        ("..", texts.UNNAMED),
        ("x" * 500 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_name_is_bare(name, plain):
    assert plain_name(name) == plain
