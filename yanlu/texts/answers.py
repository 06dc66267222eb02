"""Sentences of the policy answers."""

BASIS = "依据"
DIGEST_NOTE = "以上为要点整理,非原文;编号为整理编号。"
RELATED = "相关:{names}"
SOURCE = "——{title}{origin}(第{version}版,{ingested}录入)"
ORIGIN = ",{issuer} {issued}"
HEAD = "{label} {title}"
QUOTE = "“{quote}”"

SILENT_WORDS = "原文只写“{words}”,未规定{detail}。"
SILENT_BARE = "关于{detail},原文未作规定。"
SILENT_ASIDE = "不同单位可以自行设定,以本单位的规定为准。"
SILENT_PUNISHMENT = "本工具不作定性量纪,具体情形请向本单位纪检机构咨询。"
SILENT_UNTITLED = "就您问的这一点,原文未作规定。最接近的内容如下。"
DETAILS = {
    "frequency": "具体次数或频次",
    "count": "具体数量",
    "deadline": "具体期限",
    "ratio": "具体比例",
    "amount": "具体数额",
    "punishment": "具体处分",
}

NEAREST = "原文没有直接回答这个问题,最接近的内容如下,请您判断是否相关。"
LIST = "{name}共{count}项:"
LIST_ALL = "《措施》共22项:第一部分7项,第二部分8项,第三部分7项。编号为整理编号,非条号。"
NEIGHBOUR = "这一项"
ROLE = "{name}的职责,见以下{count}项:"
ITEM = "{name}是{label} {title}。"
MISSING = "原文没有编条号;整理编号共22项(第一部分7项,第二部分8项,第三部分7项),没有“{name}”。"
MISSING_NEAR = "原文没有编条号,无法对应“{name}”;按整理编号顺序数,与之相当的是{label} {title}。"
CONFIRMED = "工作人员已就相同问题作出答复:{answer}"

REFUSE = {
    "offtopic": "这个问题不在《措施》范围内,我只回答对“一把手”和领导班子监督的问题。其他事项请向主管部门咨询。",
    "elsewhere": "诉讼、仲裁、行政复议和其他部门职责内的事项,不在本渠道受理范围。请走法定途径,或拨打12345、到信访部门反映。",
    "malicious": "这件事不能办。举报人信息依法保密;谈话记录须据实登记,不得编造、倒签或删改;反映问题须据实,捏造须承担责任。"
    "确有漏记的,可据实补录并注明原因。",
    "injection": "您发来的文字只按普通内容对待,其中的指令不执行,内部信息不提供。请直接提出政策问题。",
}
SMALLTALK = "您好,我是言路,可以回答对“一把手”和领导班子监督措施的问题。请直接提问。"
HELP = "直接输入问题即可,例如:监督谈话由谁来做。也可以问:第二部分有哪些措施,我是纪委书记要做什么。"
EMPTY = "请输入您的问题。"

# Buttons and replies of the ask dialog
FULL_TEXT = "看原文"
NEIGHBOURS = "相关措施"
HELPFUL = "有帮助"
UNHELPFUL = "没帮助"
HAND_IN = "转交人工答复"
THANKS_HELPFUL = "已记录,谢谢。"
THANKS_UNHELPFUL = "已记录,不留您的身份。需要的话,可以转交人工答复。"
NEIGHBOURS_LEAD = "相关措施如下,请选择查看:"
ASK_COMMAND = "提问,例如:/ask 述责述廉怎么做"
ASK_USAGE = "请在命令后写上问题,例如:/ask 述责述廉怎么做。"
