"""How a text is cut: by what it shows of its own structure, and by paragraphs where it shows none."""

import pytest

from knowledge.loading import split
from knowledge.loading.lines import LONGEST
from knowledge.model import Section


def cut(text: str) -> list[Section]:
    sections = list(split(text))
    for section in sections:
        assert text[section.start : section.end] == section.text
    return sections


def shown(text: str) -> list[tuple[str, str, tuple[str, ...], str]]:
    return [(section.kind, section.label, section.path, section.text) for section in cut(text)]


def test_parts_with_bullets_are_items_numbered_as_written():
    text = "开头的话。\n\n01\n\n加强监督\n\n•第一件事。\n\n• 第二件事。\n\n02\n\n加强管理\n\n•第三件事。"
    assert shown(text) == [
        ("preamble", "", (), "开头的话。"),
        ("item", "01·1", ("加强监督",), "第一件事。"),
        ("item", "01·2", ("加强监督",), "第二件事。"),
        ("item", "02·1", ("加强管理",), "第三件事。"),
    ]


def test_a_chinese_part_number_counts_its_bullets_too():
    text = "一、主要任务\n■ 抓谈话。\n■ 抓整改。\n（二）保障措施\n- 抓落实。"
    assert [(section.label, section.path[-1]) for section in cut(text)] == [
        ("一·1", "一、主要任务"),
        ("一·2", "一、主要任务"),
        ("二·1", "（二）保障措施"),
    ]


def test_bullets_without_a_number_above_have_no_label():
    assert [section.label for section in cut("# 标题\n• 甲事。\n• 乙事。")] == ["", ""]


def test_an_answer_of_several_paragraphs_is_one_passage_each_under_its_question():
    text = (
        "解读\n\n记者就此作了采访,问到以下几个问题。\n\n记者:为什么出台?\n"
        "\n答:为了监督。\n\n还为了管理。\n\n问:怎么落实?\n答:抓紧。"
    )
    ask, then = ("解读", "为什么出台?"), ("解读", "怎么落实?")
    assert shown(text) == [
        ("paragraph", "", ("解读",), "记者就此作了采访,问到以下几个问题。"),
        ("question", "", ask, "为什么出台?"),
        ("answer", "", ask, "为了监督。"),
        ("answer", "", ask, "还为了管理。"),
        ("question", "", then, "怎么落实?"),
        ("answer", "", then, "抓紧。"),
    ]


def test_numbered_questions_and_latin_letters_are_read_as_an_interview():
    text = "1.问:谈几次?\nA:定期谈。\n2.问:\n谁来谈?\n答:\n上级谈。"
    assert [(section.kind, section.path, section.text) for section in cut(text)] == [
        ("question", ("谈几次?",), "谈几次?"),
        ("answer", ("谈几次?",), "定期谈。"),
        ("question", ("谁来谈?",), "谁来谈?"),
        ("answer", ("谁来谈?",), "上级谈。"),
    ]


def test_a_question_may_take_two_paragraphs_and_the_answerer_be_named():
    text = "记者:近年来成效明显。\n\n下一步怎么办?\n\n张三:继续抓。\n\n记者:谢谢。\n\n张三:不客气。"
    sections = cut(text)
    assert [section.kind for section in sections] == ["question", "answer", "question", "answer"]
    assert sections[1].path == ("近年来成效明显。 下一步怎么办?",)


def test_a_heading_between_two_questions_is_no_answer():
    text = "问:甲?\n答:乙。\n\n二、关于谈话\n\n问:丙?\n答:丁。\n\n工作要求\n\n问:戊?\n答:己。"
    paths = [section.path for section in cut(text)]
    assert paths[2] == ("二、关于谈话", "丙?")
    assert paths[-1] == ("工作要求", "戊?")


def test_a_line_that_only_looks_like_a_question_stays_a_paragraph():
    assert [section.kind for section in cut("问题:台账不清。\n\n要求:限期整改。")] == [
        "paragraph",
        "paragraph",
    ]
    assert [section.kind for section in cut("答:只有回答。\n\n记者:没有回答")] == ["paragraph", "paragraph"]


def test_articles_stand_under_their_chapter_and_keep_their_clauses():
    text = (
        "第一编 总则\n第一章  一般规定\n第一节 任务\n第一条 为了监督。\n第二条 分为:\n（一）甲;\n（二）乙。\n"
        "第二章 附则\n第三条 自公布之日起施行。"
    )
    assert shown(text) == [
        ("article", "第一条", ("第一编 总则", "第一章 一般规定", "第一节 任务"), "第一条 为了监督。"),
        (
            "article",
            "第二条",
            ("第一编 总则", "第一章 一般规定", "第一节 任务"),
            "第二条 分为:\n（一）甲;\n（二）乙。",
        ),
        ("article", "第三条", ("第一编 总则", "第二章 附则"), "第三条 自公布之日起施行。"),
    ]


def test_inserted_articles_and_bare_names_of_chapters_are_known():
    text = "总 则\n第十条 甲。\n第十条之一 乙。\n附 则\n第一百零三条 丙。"
    assert [(section.label, section.path) for section in cut(text)] == [
        ("第十条", ("总 则",)),
        ("第十条之一", ("总 则",)),
        ("第一百零三条", ("附 则",)),
    ]


def test_a_line_that_refers_to_an_article_does_not_begin_one():
    text = "第一条 甲。\n第一条规定的情形除外。\n第五条（三）项同此。\n第二条乙。"
    assert [section.label for section in cut(text)] == ["第一条", "第二条"]
    assert cut(text)[0].text.endswith("同此。")


def test_an_article_marked_as_a_heading_is_an_article():
    assert shown("## 第一章 总则\n### 第一条 为了监督。\n按规定办。") == [
        ("article", "第一条", ("第一章 总则",), "第一条 为了监督。\n按规定办。")
    ]


def test_a_long_article_is_cut_between_its_clauses():
    clauses = "\n".join(f"（{number}）{'应当如实报告个人有关事项' * 20};" for number in "一二三四五六")
    sections = cut(f"第一章 总则\n第九条 有下列情形之一的:\n{clauses}\n第十条 完。")
    assert {section.label for section in sections[:-1]} == {"第九条"}
    assert len(sections) > 2
    assert all(len(section.text) <= LONGEST for section in sections)
    assert all(section.text.startswith("（") for section in sections[1:-1])


def test_numbered_headings_between_articles_are_headings():
    text = "一、管辖\n第一条 甲。\n第二条 下列情形:\n一、乙;\n二、回避\n第三条 丙。"
    assert [(section.label, section.path) for section in cut(text)] == [
        ("第一条", ("一、管辖",)),
        ("第二条", ("一、管辖",)),
        ("第三条", ("二、回避",)),
    ]


def test_marked_headings_nest_and_what_stands_above_them_is_the_preamble():
    text = "前面的话。\n# 甲\n话一。\n## 乙\n话二。\n# 丙\n话三。"
    assert [(section.kind, section.path) for section in cut(text)] == [
        ("preamble", ()),
        ("paragraph", ("甲",)),
        ("paragraph", ("甲", "乙")),
        ("paragraph", ("丙",)),
    ]


def test_a_heading_with_nothing_below_is_a_passage_of_its_own():
    assert shown("# 甲\n话。\n# 乙") == [("paragraph", "", ("甲",), "话。"), ("paragraph", "", (), "# 乙")]


def test_a_heading_above_a_speaker_without_words_is_not_lost():
    assert shown("# 访谈\n记者:\n答:") == [("paragraph", "", (), "# 访谈")]


def test_a_table_of_contents_is_one_passage():
    text = "目录\n第一章 总则\n第二章 谈话\n第三章 附则\n第一章 总则\n第一条 甲。"
    sections = cut(text)
    assert [section.kind for section in sections] == ["paragraph", "article"]
    assert sections[0].text == "目录\n第一章 总则\n第二章 谈话\n第三章 附则"


def test_outline_numbers_nest_and_a_title_that_opens_a_paragraph_heads_what_follows():
    text = (
        "一、总体要求\n坚持原则。\n二、主要任务\n（一）加强领导。各级都要重视。"
        "\n具体由办公室负责。\n1.建立台账。\n（二）抓好落实,不走过场。\n后话。"
    )
    assert [(section.kind, section.label, section.path) for section in cut(text)] == [
        ("paragraph", "", ("一、总体要求",)),
        ("item", "（一）", ("二、主要任务",)),
        ("paragraph", "", ("二、主要任务", "（一）加强领导")),
        ("item", "1", ("二、主要任务", "（一）加强领导")),
        ("item", "（二）", ("二、主要任务",)),
        ("paragraph", "", ("二、主要任务",)),
    ]


def test_a_list_of_short_numbered_names_is_a_list_of_items():
    assert [(section.kind, section.label) for section in cut("1. 甲\n2. 乙\n(3) 丙\n④ 丁")] == [
        ("item", "1"),
        ("item", "(3)"),
        ("item", "④"),
    ]
    assert cut("1. 甲\n2. 乙\n2.1 丙")[-1].path == ("2. 乙",)


def test_numbers_that_begin_a_sentence_are_no_outline():
    assert [
        section.kind
        for section in cut("2021年9月24日,会议召开。\n\n3.5万人参加了会议。\n\n12388是举报电话。")
    ] == ["paragraph"] * 3


def test_a_short_line_alone_heads_the_paragraph_below_but_signatures_do_not():
    text = (
        "工作背景\n\n近年来,各单位认真落实有关要求,取得了明显成效,"
        "积累了有益经验,也还存在差距。\n\n某某委员会\n\n2021年9月24日"
    )
    assert [(section.kind, section.path) for section in cut(text)] == [
        ("paragraph", ("工作背景",)),
        ("paragraph", ("工作背景",)),
        ("paragraph", ("工作背景",)),
    ]


def test_lines_of_poetry_are_not_taken_for_headings():
    assert [section.path for section in cut("春眠不觉晓\n\n处处闻啼鸟\n\n夜来风雨声\n\n花落知多少")] == [
        ()
    ] * 4


def test_the_rows_of_a_table_stay_together():
    assert [section.text for section in cut("名单如下:\n\n姓名 | 职务\n张三 | 局长\n\n以上。")] == [
        "名单如下:",
        "姓名 | 职务\n张三 | 局长",
        "以上。",
    ]


def test_the_history_of_a_law_is_one_passage_of_the_preamble():
    text = "1979年7月1日 通过\n\n1997年3月14日 修订\n\n第一条 甲。"
    assert [(section.kind, section.text) for section in cut(text)] == [
        ("preamble", "1979年7月1日 通过\n\n1997年3月14日 修订"),
        ("article", "第一条 甲。"),
    ]


def test_a_long_paragraph_is_cut_at_the_ends_of_sentences():
    sections = cut("各单位要认真落实责任,加强日常监督。" * 100)
    assert len(sections) == 3
    assert all(section.text.endswith("。") and len(section.text) <= LONGEST for section in sections)


def test_a_paragraph_without_sentences_is_cut_at_commas_and_one_without_commas_anywhere():
    assert all(section.text.endswith(",") for section in cut("加强监督管理," * 300))
    assert [len(section.text) for section in cut("监" * 2000)] == [800, 800, 400]


def test_a_part_number_without_a_title_is_a_line_like_any_other():
    assert [section.text for section in cut("01\n这是一句完整的话。\n02")] == [
        "01",
        "这是一句完整的话。",
        "02",
    ]


def test_nothing_gives_nothing():
    assert split("") == split(" \n\u3000\n") == ()


@pytest.mark.timeout(60)  # a fifth of a second; many minutes if the work grows with the square of the length
def test_a_megabyte_is_cut_in_one_go():
    text = (
        "第一章 总则\n"
        + "第三条 各级党组织应当加强日常监督,发现问题及时提出。\n（一）谈话;\n（二）函询。\n" * 40
    ) * 500
    assert len(text) > 800_000
    assert len(split(text)) == 20_000
