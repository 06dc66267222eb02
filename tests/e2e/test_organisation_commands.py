"""`yanlu org …` and `yanlu invite …` by the functions behind them, over a state folder of their own."""

import re

import pytest
import typer
from typer.testing import CliRunner

from bot.commands import organisations
from bot.services.invitations import looks_like_code
from yanlu.errors import UnreadableDocument, YanluError

CSV = (
    "组织编码,名称,上级编码,人员编码,姓名,职务,身份,任职日期\n"
    "Q,青石区委,,P1,顾长风,区委书记,一把手,2021-03-04\n"
    "J,教育局,Q,P2,柯兰,局长,一把手,2022-05-06\n"
    "J,教育局,Q,P3,石小鱼,科员,联络员,\n"
    "J,教育局,Q,P4,石小鱼,科员,工作人员,\n"
)


@pytest.fixture
def yanlu(tmp_path, monkeypatch):
    """Calls a command; gives what it printed."""
    monkeypatch.setenv("YANLU_HOME", str(tmp_path / "home"))
    app = typer.Typer()
    app.add_typer(organisations.app, name="org")
    app.command("invite")(organisations.invite)

    def call(*arguments):
        result = CliRunner().invoke(app, [str(each) for each in arguments])
        if result.exception is not None:
            raise result.exception
        return result.output

    return call


@pytest.fixture
def city(tmp_path):
    path = tmp_path / "全区.csv"
    path.write_bytes(CSV.encode("gbk"))
    return path


def test_import_dry_run_tree_and_again(yanlu, city):
    assert "新增 10 项" in yanlu("org", "import", city, "--dry-run")
    assert "(没有)" in yanlu("org", "tree")
    assert "新任职 4 项" in yanlu("org", "import", city)
    assert "新增 0 项,变更 0 项,离任 0 项,不变 10 项" in yanlu("org", "import", city)
    tree = yanlu("org", "tree", "--people")
    assert "青石区委 [Q]\n" in tree
    assert "\n  教育局 [J]\n    - 柯兰 局长(一把手)[" in tree


def test_a_file_with_a_mistake_changes_nothing(yanlu, tmp_path):
    bad = tmp_path / "坏.csv"
    bad.write_text(CSV.replace("联络员", "主宰"), "utf-8")
    with pytest.raises(YanluError, match="1 处需要更正"):
        yanlu("org", "import", bad)
    assert "(没有)" in yanlu("org", "tree")
    with pytest.raises(UnreadableDocument):
        yanlu("org", "import", tmp_path / "无.csv")


@pytest.mark.parametrize("kind", [(), ("--csv",)])
def test_the_template_is_written_and_nothing_overwritten(yanlu, tmp_path, kind):
    out = tmp_path / ("模板.csv" if kind else "模板.xlsx")
    assert out.name in yanlu("org", "template", "--out", out, *kind)
    assert "2 行标为“示例”" in yanlu("org", "import", out)
    before = out.read_bytes()
    with pytest.raises(YanluError, match="已经存在"):
        yanlu("org", "template", "--out", out, *kind)
    assert out.read_bytes() == before
    with pytest.raises(YanluError, match="无法写入"):
        yanlu("org", "template", "--out", tmp_path / "没有" / "模板.xlsx")


def test_a_post_is_ended(yanlu, city):
    yanlu("org", "import", city)
    post = re.search(r"柯兰 .*\[(\w+)\]", yanlu("org", "tree", "--people"))[1]
    with pytest.raises(YanluError, match="早于"):
        yanlu("org", "end", post, "--on", "2020-01-01")
    with pytest.raises(YanluError, match="无法识别"):
        yanlu("org", "end", post, "--on", "昨天")
    with pytest.raises(YanluError, match="没有这个编号"):
        yanlu("org", "end", "nothing", "--on", "2024-01-01")
    assert "已登记离任" in yanlu("org", "end", post, "--on", "2024-01-01")
    assert "柯兰" not in yanlu("org", "tree", "--people")


def test_invitations_are_made_listed_and_made_anew(yanlu, city):
    yanlu("org", "import", city)
    assert "(没有)" in yanlu("invite", "--list")
    for arguments in (["P2"], ["柯兰", "--days", "3"], ["--rebind", "P2"]):
        printed = yanlu("invite", *arguments)
        assert "教育局局长 柯兰" in printed
        assert looks_like_code(re.search(r"邀请码:(\S+)", printed)[1])
        assert yanlu("invite", "--list").count("柯兰") == (2 if "--days" in arguments else 1)


def test_whom_to_invite_must_be_clear(yanlu, city):
    yanlu("org", "import", city)
    with pytest.raises(YanluError, match=r"(?s)多名人员.*P3.*P4"):
        yanlu("invite", "石小鱼")
    with pytest.raises(YanluError, match=r"(?s)没有编码或姓名.*P2"):
        yanlu("invite", "科兰")
    for arguments in ([], ["P2", "--list"], ["--list", "--rebind"]):
        with pytest.raises(YanluError, match="二者选一"):
            yanlu("invite", *arguments)
