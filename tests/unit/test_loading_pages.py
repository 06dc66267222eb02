"""Pages copied as text: the article survives whole, what the site put around it goes or becomes a field."""

from datetime import date
from pathlib import Path

import pytest

from knowledge.loading import load, load_bytes, split
from knowledge.loading.dates import effective, first, parse
from knowledge.loading.masthead import dateline_of, read_page, source_of, without_kicker

SEED = Path(__file__).parents[2] / "../shared/seed"

ARTICLE = (
    "为加强对领导班子的监督,近日我市印发有关措施,要求各级党组织认真落实,压实责任。\n\n"
    "一、提高认识\n\n各单位要提高政治站位,把监督工作抓在日常、抓在经常。\n\n"
    "二、抓好落实\n\n（一）开展谈话。每年年底前完成。\n\n（二）抓好整改。"
)

NEWS = f"""某某日报Logo
登录 | 注册
首页  要闻  国内  评论
• +1
重磅 | 我市印发措施加强领导班子监督
2022-03-04 08:15:20
来源:某某新闻客户端
字号
{ARTICLE}
（责任编辑：张三）
来源 | 某某日报
原标题：《我市印发措施》
本文链接：https://news.example.org/a/1.html
点击查看更多
声明：本文仅代表作者个人观点，不代表本平台立场。如有侵权请联系删除。
收藏
我要举报
相关阅读
另一条很长的新闻标题不属于这篇文章
京ICP备12345678号-1
京公网安备11010102000001号
© 2000-2024 某某传媒有限公司
"""

GOVERNMENT = f"""当前位置：首页 > 政务公开 > 通知公告
索 引 号：000014349/2021-00001
发文机关：某某市人民政府办公室
成文日期：2021年12月30日
发文字号：某政办发〔2021〕15号
某某市人民政府办公室
关于加强监督工作的通知
发布时间：2022-01-05 来源：市政府办公室 字体：[大 中 小] 浏览次数：123
{ARTICLE}

某某市人民政府办公室

2021年12月30日

【打印】 【关闭】
分享到：微信 微博
上一篇：另一份通知
主办单位：某某市人民政府办公室
技术支持：某某公司
网站标识码：1200000001 津ICP备05000001号 津公网安备12010302000001号
版权所有：某某市人民政府
联系电话：022-12345678
"""

OFFICIAL = (
    "中共某某市委文件\n某发〔2023〕7号\n中共某某市委关于\n"
    "加强谈话工作的若干措施\n（二〇二三年五月六日）\n\n各区委，市委各部委：\n\n"
    "现将有关事项通知如下，请结合实际认真贯彻执行，有关情况及时报告。\n\n一、总则\n"
    "\n谈话要有计划。\n\n联系人：张三\n\n联系电话：022-12345678\n\n附件：登记表\n"
)


def lines_of(text):
    return [line for line in text.split("\n") if line]


def test_a_news_page_leaves_its_article_and_its_particulars():
    document = load_bytes(NEWS.encode(), "page.txt")
    assert lines_of(document.text) == lines_of(ARTICLE)
    assert document.title == "我市印发措施加强领导班子监督"
    assert document.issued == date(2022, 3, 4)
    assert document.issuer == "某某日报"
    assert document.source == "https://news.example.org/a/1.html"


def test_a_government_page_leaves_the_notice_with_its_signature():
    document = load_bytes(GOVERNMENT.encode(), "page.txt")
    assert lines_of(document.text) == [*lines_of(ARTICLE), "某某市人民政府办公室", "2021年12月30日"]
    assert document.title == "某某市人民政府办公室关于加强监督工作的通知"
    assert document.issuer == "某某市人民政府办公室"
    assert document.issued == date(2021, 12, 30)
    assert document.source == "市政府办公室"


def test_an_official_document_without_furniture_loses_nothing():
    document = load_bytes(OFFICIAL.encode(), "a.txt")
    assert document.title == "中共某某市委关于加强谈话工作的若干措施"
    assert document.issued == date(2023, 5, 6)
    assert lines_of(document.text) == [
        "中共某某市委文件",
        "某发〔2023〕7号",
        "各区委，市委各部委：",
        "现将有关事项通知如下，请结合实际认真贯彻执行，有关情况及时报告。",
        "一、总则",
        "谈话要有计划。",
        "联系人：张三",
        "联系电话：022-12345678",
        "附件：登记表",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "取得电信业务经营许可证的,应当在30日内备案。",
        "登录系统后填写。",
        "分享到会同志的体会。",
        "编辑:负责稿件的编辑、校对和发布工作,每日一报。",
        "来源:群众信访、巡视巡察和审计移交的问题线索。",
    ],
)
def test_words_of_the_article_that_resemble_furniture_stay(line):
    text = (
        f"关于工作的规定\n\n各单位要提高认识,把监督工作抓在日常、抓在经常,"
        f"压实责任。\n\n{line}\n\n以上请认真落实。"
    )
    assert line in lines_of(load_bytes(text.encode(), "a.txt").text)


@pytest.mark.parametrize(
    "line", ["+1", "阅读原文", "扫码下载某某客户端", "沪ICP备14003370号", "(责任编辑：李四)"]
)
def test_furniture_in_mid_article_goes(line):
    text = (
        f"关于工作的规定\n\n各单位要提高认识,把监督工作抓在日常、抓在经常,"
        f"压实责任。\n\n{line}\n\n以上请认真落实。"
    )
    assert line not in lines_of(load_bytes(text.encode(), "a.txt").text)


def test_comments_below_the_list_of_other_articles_do_not_cut_the_article_short():
    text = (
        f"标题甲乙\n2020-01-01\n{ARTICLE}\n相关链接\n这里其实还是正文,"
        f"因为后面有完整的句子,不能丢掉,要保留下来才对。"
    )
    assert lines_of(load_bytes(text.encode(), "a.txt").text)[-1].startswith("这里其实")


def test_a_headline_with_an_exclamation_and_commas_is_known_by_its_dateline():
    text = (
        "这是一条很长的标题,里面有逗号,长度超过四十个字,"
        "看上去就像是正文中的一句话一样!但它是标题!\n2020-05-06 07:08 某某网\n\n"
    ) + ARTICLE
    page = read_page(text)
    assert page.title == text.split("\n")[0]
    assert page.issued == date(2020, 5, 6)


def test_a_page_whose_title_is_lost_takes_its_original_title():
    page = read_page("\n".join(("登录", *lines_of(ARTICLE), "原标题：最新 | 我市印发监督措施", "收藏")))
    assert page.title == "我市印发监督措施"
    assert page.lines[-1] == "（二）抓好整改。"


def test_sources_prefer_the_paper_over_the_platform():
    assert source_of(["来源:澎湃新闻·澎湃号·媒体", "来源 | 天津日报"]) == "天津日报"
    assert source_of(["来源：某某公众号"]) == "某某公众号"
    assert source_of(["来源：市纪委监委 作者：张三"]) == "市纪委监委"
    assert source_of(["没有"]) is None


def test_datelines_and_dates_in_all_their_forms():
    assert dateline_of(["没有", "发布日期：2021/9/4"]) == date(2021, 9, 4)
    assert dateline_of(["来源：甲报 2021-09-24"]) == date(2021, 9, 24)
    assert dateline_of(["来源：甲报"]) is None
    assert dateline_of(["2021年9月24日，会议召开。"]) is None
    assert first("二〇一九年十二月三十一日印发") == date(2019, 12, 31)
    assert first("二○二〇年十月十日") == date(2020, 10, 10)
    assert first("2021-02-30") is None
    assert first("无") is None
    assert parse("不是日期") is None
    assert effective("本法自2020年1月1日起施行。", None) == date(2020, 1, 1)


def test_only_a_short_word_before_a_bar_is_a_kicker():
    assert without_kicker("最新 | 天津出台监督措施") == "天津出台监督措施"
    assert without_kicker("天津出台措施|监督") == "天津出台措施|监督"


@pytest.mark.skipif(not SEED.is_dir(), reason="the seed article is not beside the checkout")
def test_the_seed_page_gives_its_article_whole():
    path = next(SEED.glob("*.txt"))
    raw = [line.strip() for line in path.read_text(encoding="utf-8").split("\n")]
    document = load(path)
    assert document.title == "天津出台重磅措施!加强对“一把手”和领导班子监督!"
    assert (document.issuer, document.source, document.issued) == ("天津日报", "天津日报", date(2021, 9, 24))
    begin = next(index for index, line in enumerate(raw) if line.startswith("领导干部责任越重大"))
    end = next(index for index, line in enumerate(raw) if line.startswith("编辑 |"))
    assert lines_of(document.text) == [line for line in raw[begin:end] if line]


@pytest.mark.skipif(not SEED.is_dir(), reason="the seed article is not beside the checkout")
def test_the_seed_page_is_cut_into_its_measures_and_answers():
    sections = split(load(next(SEED.glob("*.txt"))).text)
    items = [section for section in sections if section.kind == "item"]
    assert [section.label for section in items] == [
        *(f"01·{number}" for number in range(1, 8)),
        *(f"02·{number}" for number in range(1, 9)),
        *(f"03·{number}" for number in range(1, 8)),
    ]
    assert len({section.path for section in items}) == 3
    assert sum(section.kind == "question" for section in sections) == 5
    answers = [section for section in sections if section.kind == "answer"]
    assert len(answers) == 12
    assert all(section.path[0] == "解读" for section in answers)
    assert [section.kind for section in sections[:4]] == ["preamble", "preamble", "preamble", "item"]
