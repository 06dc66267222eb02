"""One's own account: passphrase, one-time codes, where one is signed in, what happened; a handler's own key."""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from starlette.responses import Response

from bot.channels.web.console.frame import Call, ConsolePage, Frame, new_passphrase
from bot.channels.web.console.listing import listed
from yanlu.errors import AccessDenied
from yanlu.texts import console as texts

if TYPE_CHECKING:
    from markupsafe import Markup

ACCOUNT = "/console/account"


class AccountPages:
    """The pages of one's own account."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._door = frame.parts.door
        self._database = frame.parts.database

    def pages(self) -> Sequence[ConsolePage]:
        """List the pages."""
        area = "account"
        return (
            ConsolePage(ACCOUNT, "signed", self.account, area=area),
            ConsolePage(f"{ACCOUNT}/passphrase", "signed", self.passphrase, "POST"),
            ConsolePage(f"{ACCOUNT}/codes", "signed", self.codes_page, area=area),
            ConsolePage(f"{ACCOUNT}/codes", "signed", self.codes, "POST"),
            ConsolePage(f"{ACCOUNT}/codes/stop", "signed", self.stop_codes, "POST"),
            ConsolePage(f"{ACCOUNT}/key", "signed", self.key, "POST"),
            ConsolePage(f"{ACCOUNT}/key/passphrase", "handler", self.key_passphrase, "POST"),
        )

    async def account(self, call: Call) -> Response:
        """Show the account."""
        person = call.visitor.person
        async with self._database.transaction(call.now) as work:
            account = await work.accounts.get(person)
            sessions = await work.console_sessions.of(person)
            total = await work.accounts.history_length(person)
            history = await listed(
                call, total, lambda limit, offset: work.accounts.history(person, limit=limit, offset=offset)
            )
            offer = await work.accounts.offer_of(person)
        offered = call.directory.organisations.get(offer.organisation) if offer else None
        return self._frame.page(
            call,
            "account.html",
            texts,
            area="account",
            account=account,
            sessions=[(each, each.id == call.visitor.visit.session.id) for each in sessions],
            history=history,
            offered=offered,
            posts=[
                (call.directory.organisation(each.organisation).name, each.title)
                for each in call.directory.posts_of(person, call.today)
            ],
        )

    async def passphrase(self, call: Call) -> Response:
        """Change the passphrase one signs in with."""
        passphrases = (call.form.get("secret_passphrase"), new_passphrase(call))
        await self._door.change_passphrase(call.visitor.person, passphrases, call.seat.token, call.now)
        return self._frame.back(ACCOUNT, "passphrase_changed")

    async def codes_page(self, call: Call) -> Response:
        """Show a new secret to put into an app; it counts once a code of it was typed."""
        import pyotp

        secret = pyotp.random_base32()
        uri = pyotp.TOTP(secret).provisioning_uri(name=call.visitor.name, issuer_name=texts.SERVICE)
        return self._frame.page(
            call, "codes.html", texts, area="account", secret=secret, picture=_picture(uri)
        )

    async def codes(self, call: Call) -> Response:
        """Switch one-time codes on."""
        secret, code = call.form.get("secret_seed"), call.form.get("secret_code")
        passphrase, token = call.form.get("secret_passphrase"), call.seat.token
        await self._door.start_codes(call.visitor.person, passphrase, (secret, code), token, call.now)
        return self._frame.back(ACCOUNT, "codes_on")

    async def stop_codes(self, call: Call) -> Response:
        """Switch one-time codes off."""
        await self._door.stop_codes(call.visitor.person, call.form.get("secret_passphrase"), call.now)
        return self._frame.back(ACCOUNT, "codes_off")

    async def key(self, call: Call) -> Response:
        """Take up an offer to receive reports: make the key under a passphrase that only this person knows."""
        await self._door.keys.take_offer(call.visitor.person, new_passphrase(call), call.now)
        return self._frame.back(ACCOUNT, "key_made")

    async def key_passphrase(self, call: Call) -> Response:
        """Put the handler's key under a new passphrase; it is locked in every session."""
        handler = call.visitor.handler
        if handler is None:
            raise AccessDenied(texts.NOT_YOURS)
        passphrases = (call.form.get("secret_passphrase"), new_passphrase(call))
        await self._door.keys.change_passphrase(handler, passphrases, call.now)
        return self._frame.back(ACCOUNT, "key_changed")


def _picture(uri: str) -> "Markup":
    """Draw a QR code (ISO/IEC 18004) as SVG."""
    import segno
    from markupsafe import Markup

    drawn = io.BytesIO()
    segno.make(uri, error="m").save(
        drawn,
        kind="svg",
        scale=5,
        border=4,
        xmldecl=False,
        svgns=True,
        light="#fff",
        title=texts.CODES_PICTURE,
    )
    return Markup(drawn.getvalue().decode())  # noqa: S704 - drawn here, from squares
