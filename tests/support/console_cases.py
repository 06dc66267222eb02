"""What tests of the console's pages of reports share: somebody at work, the addresses, the store behind."""

from bot.services.reports.tracking import add

CASES = "/console/cases"


async def at_work(house, who="韦正"):
    user = await house.signed_in(who)
    await house.unlocks(user, who)
    return user


async def row(house, number):
    async with house.city.work() as work:
        return await work.cases.get(number)


async def actions(house, number):
    async with house.city.work() as work:
        return [each.action for each in await work.audit.of(number)]


async def adds(house, receipt, kind, text):
    async with house.city.work() as work:
        case = await work.cases.by_receipt(receipt)
        await add(work, house.city.desk, case, kind=kind, text=text, day=house.city.today)


def form(user, number, step, **typed):
    return user.submits(f"{CASES}/{number}/{step}", **typed)


def page(number, *more):
    return "/".join((CASES, number, *more))
