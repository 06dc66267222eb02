"""The baseline of `yanlu bench chat`: the least bot one can write on the same library. Echoes every text."""

import os

API_VARIABLE = "YANLU_TELEGRAM_API"
TOKEN_VARIABLE = "YANLU_TELEGRAM_TOKEN"  # noqa: S105 - the name of a setting, not a token


def main() -> None:
    """Poll the server named by the environment until told to stop."""
    from telegram import Update
    from telegram.ext import ApplicationBuilder, ContextTypes, MessageHandler, filters

    async def echo(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        if update.message is not None and update.message.text is not None:
            await update.message.reply_text(update.message.text)

    server = os.environ[API_VARIABLE]
    application = ApplicationBuilder().token(os.environ[TOKEN_VARIABLE]).base_url(f"{server}/bot").build()
    application.add_handler(MessageHandler(filters.TEXT, echo))
    application.run_polling()


if __name__ == "__main__":
    main()
