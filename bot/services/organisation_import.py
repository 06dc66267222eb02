"""From the rows of a file to what changes in the directory: planned purely, applied whole or not at all.

Codes are the identity: the same file taken twice changes nothing. A post that a file no longer lists goes on;
only a last day (离任日期) ends one.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from bot.services.directory import Directory, cycle_in
from bot.services.import_plan import Draft, ImportPlan, Problem, compared, id_of, required
from bot.services.import_posts import take_posts
from bot.services.organisation_rows import OrganisationFile, Row
from storage import Organisation, Person, Post, UnitOfWork
from yanlu.errors import UnreadableDocument
from yanlu.texts import imports as texts

__all__ = ["ImportPlan", "Problem", "apply_import", "plan_import"]
_SPLIT = re.compile(r"[;;、,,]")


def plan_import(file: OrganisationFile, directory: Directory, on: date) -> ImportPlan:
    """What a file changes in a directory on a day. Pure; whatever is wrong stands in `errors`, each with its cell."""
    draft = Draft(directory)
    for row in file.neither:
        draft.wrong(row.place, texts.NEITHER)
    _take_organisations(file.organisations, draft)
    take_posts(file.people, draft)
    _check_tree(draft)
    if not draft.problems:
        _check_heads(draft, on)
    for name in file.unknown:
        draft.warnings.append(Problem(texts.HEADER, texts.unknown_column(name)))
    if draft.problems:
        return ImportPlan(
            errors=tuple(draft.problems), warnings=tuple(draft.warnings), examples=file.examples
        )
    return compared(draft, file.examples)


async def apply_import(work: UnitOfWork, plan: ImportPlan) -> None:
    """Write a plan within the transaction. Raises UnreadableDocument, having written nothing, when it has errors."""
    if plan.errors:
        raise UnreadableDocument(
            texts.has_errors(len(plan.errors)), kept=texts.NOTHING_IMPORTED, next_step=texts.FIX_ROWS
        )
    await work.people.put_organisations([each for each in plan.rows if isinstance(each, Organisation)])
    await work.people.put_people([each for each in plan.rows if isinstance(each, Person)])
    await work.people.put_posts([each for each in plan.rows if isinstance(each, Post)])


def _take_organisations(rows: Iterable[Row], draft: Draft) -> None:
    for row in rows:
        if _gives_post_only(row):
            continue
        code = required(row, "组织编码", draft)
        name = required(row, "名称", draft)
        if not code or not name:
            continue
        known = draft.directory.organisation_of_code(code)
        made = Organisation(
            id=known.id if known else id_of("organisation", code),
            code=code,
            name=name,
            parent=row.text("上级编码") or None,
            short_names=tuple(
                dict.fromkeys(each.strip() for each in _SPLIT.split(row.text("简称")) if each.strip())
            ),
        )
        if code in draft.organisations:
            _repeated(draft, row, made, code)
            continue
        draft.organisations[code] = made
        draft.places[code] = row.at("组织编码")
        draft.places["^" + code] = row.at("上级编码")


def _gives_post_only(row: Row) -> bool:
    return "名称" not in row.cells and any(name in row.cells for name in ("姓名", "人员编码"))


def _repeated(draft: Draft, row: Row, made: Organisation, code: str) -> None:
    """In one table of posts an organisation may stand on each of its people's rows, if it says the same."""
    if "姓名" not in row.cells or draft.organisations[code] != made:
        draft.wrong(row.at("组织编码"), texts.duplicate_code(code, draft.places[code]))


def _check_tree(draft: Draft) -> None:
    """Turn codes of parents into ids; refuse unknown ones and circles."""
    known = {each.code: each.id for each in draft.directory.organisations.values()}
    known.update({code: each.id for code, each in draft.organisations.items()})
    for code, each in draft.organisations.items():
        if each.parent is not None and each.parent not in known:
            draft.wrong(draft.places["^" + code], texts.unknown_parent(each.parent))
        draft.organisations[code] = replace(each, parent=known.get(each.parent) if each.parent else None)
    all_ = {**draft.directory.organisations, **{each.id: each for each in draft.organisations.values()}}
    loop = cycle_in({id_: each.parent for id_, each in all_.items()})
    if loop:
        place = next(
            (draft.places["^" + all_[id_].code] for id_ in loop if "^" + all_[id_].code in draft.places), ""
        )
        draft.wrong(place, texts.cycle([all_[id_].code for id_ in loop]))


def _check_heads(draft: Draft, on: date) -> None:
    """Two heads at once in one organisation are unusual enough to be told."""
    posts = {each.id: each for each in draft.directory.posts}
    posts.update(draft.posts)
    heads: dict[str, list[Post]] = {}
    for each in posts.values():
        if each.role == "head" and each.held(on):
            heads.setdefault(each.organisation, []).append(each)
    names = {
        each.id: each for each in (*draft.directory.organisations.values(), *draft.organisations.values())
    }
    for organisation, held in heads.items():
        told = [each for each in held if each.id in draft.posts]
        if told and len({each.person for each in held}) > 1:
            place = draft.places["t" + told[-1].id]
            draft.warnings.append(Problem(place, texts.two_heads(names[organisation].name)))
