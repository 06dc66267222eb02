"""What posts and people are called in speech: 周书记, 沈局, 老杜, 住建局长."""

import re

_PAIRS = (
    "欧阳太史端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政濮阳公冶太叔申屠公孙慕容仲孙钟离长孙宇文司徒"
    "鲜于司空闾丘子车亓官司寇巫马公西颛孙壤驷公良漆雕乐正宰父谷梁拓跋夹谷轩辕令狐段干百里呼延东郭南门羊舌微生梁丘左丘东门西门"
)
COMPOUND_SURNAMES = frozenset(_PAIRS[at : at + 2] for at in range(0, len(_PAIRS), 2))
_SHORT_TITLES = {"总": ("总经理", "董事长", "总裁"), "董": ("董事长",), "检": ("检察长",)}
_PLACES = "局部处科院校所队行站厂园组区县市镇乡州社股厅司委办室馆"
_TITLE = re.compile(
    r"(?:常务)?副?(?:党组|党委|党工委|纪委|纪工委|总支|支部)?副?"
    r"(?:书记|主任|主席|主委|组长|部长|局长|处长|科长|股长|厅长|司长|区长|县长|市长|镇长|乡长|州长|院长|校长|园长|"
    r"所长|队长|支队长|大队长|行长|站长|厂长|馆长|社长|会长|秘书长|检察长|庭长|董事长|总经理|经理|总裁|理事长|"
    r"组织委员|宣传委员|纪检委员|委员|常委|政委|一把手|负责人|联络员|指导员|调研员|科员|干事|办事员|干部)$"
)
_NEWLY = re.compile(
    r"(?:新|刚)(?:来|到任|到|上任|履新|任|调来|当选|提拔|提)(?:的|那个|那位)*|(?<![高创])新的?(?="
    + _TITLE.pattern
    + ")"
)
_FAMILIAR = re.compile(r"^[老小大]([㐀-鿿]{1,2})$")
_COURTESY = re.compile(r"(?:同志|本人|他本人|她本人)$")
_PARTS = re.compile(r"[、,,;;/\s]+")
_ROLE_TITLES = {
    "head": ("一把手", "主要负责人", "主要领导", "负责人", "党政一把手"),
    "discipline": ("纪委书记", "纪检书记", "纪检组长", "纪工委书记", "纪检负责人"),
    "organisation": ("组织部长", "组织部部长", "组织部门负责人"),
    "member": ("班子成员",),
    "liaison": ("联络员",),
    "section": ("部门负责人",),
}


def surname_of(name: str) -> str:
    """The surname of a full Chinese name; "" for what is none (示例·书记, names of one character)."""
    if not 2 <= len(name) <= 4 or not all("㐀" <= character <= "鿿" for character in name):
        return ""
    return name[:2] if len(name) > 2 and name[:2] in COMPOUND_SURNAMES else name[:1]


def without_newly(text: str) -> tuple[str, bool]:
    """The text without 新来的, 新任 …, and whether it was there."""
    shorter, times = _NEWLY.subn("", text, count=1)
    return shorter, bool(times)


def without_courtesy(text: str) -> str:
    """The text without 同志 and the like at its end."""
    return _COURTESY.sub("", text.strip())


def familiar_surname(text: str) -> str:
    """The surname in 老杜 or 小孙, "" where there is none."""
    found = _FAMILIAR.match(text)
    if found is None:
        return ""
    surname = found.group(1)
    return surname if len(surname) == 1 or surname in COMPOUND_SURNAMES else ""


def split_title(text: str) -> tuple[str, str]:
    """What stands before the title, and the title at the end of a text (周书记 → 周, 书记; 沈局 → 沈, 局)."""
    rest, title = split_full_title(text)
    if title:
        return rest, title
    if len(text) in {2, 3} and (text[-1] in _SHORT_TITLES or text[-1] in _PLACES):
        surname = text[:-1]
        if len(surname) == 1 or surname in COMPOUND_SURNAMES:
            return surname, text[-1]
    return text, ""


def split_full_title(text: str) -> tuple[str, str]:
    """The same, for titles said in full only: a name beside it leaves no place for 沈局."""
    found = _TITLE.search(text)
    return (text, "") if found is None else (text[: found.start()], found.group())


def spelt_out(title: str) -> tuple[str, ...]:
    """What a title said in short may stand for: 局 → 局长, 总 → 总经理, 董事长."""
    if len(title) == 1:
        return _SHORT_TITLES.get(title, (f"{title}长",))
    return (title,)


def titled(unit: str, title: str) -> str:
    """Unit and title in one, what both say written once: 青石区委, 区委书记 → 青石区委书记."""
    longest = min(len(unit), len(title))
    both = next((length for length in range(longest, 1, -1) if unit.endswith(title[:length])), 0)
    return unit + title[both:]


def parts_of(title: str) -> tuple[str, ...]:
    """The single posts in a title: 党组书记、局长."""
    return tuple(part for part in _PARTS.split(title) if part)


def title_fit(said: str, title: str, unit: str, role: str) -> float:
    """How well a spoken title names a post, from 1 to 0.

    A vice addressed without 副 fits less (郭局), and so does a discipline secretary by the bare 书记.

    `title` is the post's own (党组书记、局长), `unit` the organisation's name, `role` the post's role.
    """
    if said in _ROLE_TITLES.get(role, ()):
        return 1.0
    parts = parts_of(title)
    ways = [one for spoken in parts_of(said) for one in spelt_out(spoken)]
    return max((_part_fit(one, part, f"{unit}{part}") for one in ways for part in parts), default=0.0)


def _part_fit(said: str, part: str, whole: str) -> float:
    if said == part:
        return 1.0
    lesser = any(mark in part and mark not in said for mark in ("副", "纪"))
    if part.endswith(said) or (len(said) > len(part) and whole.endswith(said)):
        return 0.75 if lesser else 0.95
    if (
        len(part) < 2
        or not said.endswith(part)
        or ("副" in said) != ("副" in part)
        or ("纪" in said) != ("纪" in whole)
    ):
        return 0.0
    return 0.9
