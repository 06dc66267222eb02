"""Sentences of the console's frame, entrance, account and jobs."""

SERVICE = "言路"
CONSOLE = "工作台"
SKIP = "跳到正文"
NAVIGATION = "工作台导航"
NAV_HOME = "首页"
NAV_CASES = "举报办理"
NAV_RECORDS = "谈话与台账"
NAV_COVERAGE = "覆盖情况"
NAV_DOCUMENTS = "文件与问答"
NAV_ORGANISATION = "组织与授权"
NAV_ACCOUNT = "我的账号"
SIGN_OUT = "退出"
LOCK = "收起密钥"
BACK_TO_CHAT = "返回对话页"
FOOTER = "工作台只供授权人员使用。十五分钟不操作将锁定;请勿在公用电脑上保存下载的文件。"
CANCEL = "取消"

# The cover of a page nobody used for a while
IDLE_TITLE = "已遮盖"
IDLE_WORDS = "您有十五分钟没有操作,本页内容已遮盖。已填写的内容仍在本页,尚未提交。"
IDLE_LINK = "输入口令解锁(在新标签页打开)"
IDLE_GO = "继续"
IDLE_STILL = "工作台仍处于锁定状态。请先在新标签页输入口令,再回到本页点“继续”。"
IDLE_OFFLINE = "没有连上服务器,请稍后再试。"

SAID = {
    "signed_out": "已退出登录。",
    "locked": "举报密钥已收起。",
    "passphrase_changed": "登录口令已更改,其他浏览器上的登录已全部退出。",
    "codes_on": "动态验证码已启用,下次登录时需要填写。",
    "codes_off": "动态验证码已停用。",
    "key_made": "举报受理密钥已设立。从现在起,应由本组织受理的举报会加密给您。",
    "key_changed": "举报密钥口令已更改。",
}

# Refusals
SIGN_IN_FIRST = "请先登录。"
NOT_YOURS = "您现任的岗位没有这个页面。"
NOT_YOURS_NEXT = "需要开通的,请与管理员联系。"
FORM_STALE = "页面已过期,刚才的内容没有提交。"
FORM_KEPT = "您填写的内容保留在下方,请核对后再次提交。"
SESSION_PAUSED = "登录已锁定或失效,刚才的内容没有提交。您填写的内容已保留,登录后可以继续提交。"
LOST_FILE = "附件没有保留,登录后请重新选择。"
NOT_ALIKE = "两次输入的新口令不一致。"
NOT_ALIKE_NEXT = "请重新输入,两次保持一致。"
NO_OFFER = "没有为您开通举报受理。"
NO_OFFER_NEXT = "请由管理员在“组织与授权”中先行开通。"

# Entrance
SIGN_IN_TITLE = "登录工作台"
NAME = "工号或姓名"
NAME_HINT = "有同名的,请填工号。"
PASSPHRASE = "口令"
CODE_FIELD = "动态验证码"
CODE_HINT = "启用了动态验证码的账号填写六位数字,未启用的留空。"
SIGN_IN = "登录"
FIRST_TIME = "首次使用,凭邀请码设立账号"
HAVE_ACCOUNT = "已有账号,直接登录"
JOIN_TITLE = "设立账号"
JOIN_INTRO = "邀请码由管理员发放,只能使用一次。重新设立会更换口令,并退出其他浏览器上的登录。"
INVITATION = "邀请码"
NEW_PASSPHRASE = "新口令"
NEW_PASSPHRASE_HINT = "不少于十个字符,可以是一句只有您知道的话。口令不以明文保存,管理员也无法查看。"
AGAIN_PASSPHRASE = "再输入一次"
JOIN = "设立账号并登录"
LINK_TITLE = "登录工作台"
LINK_INTRO = "您从机器人对话取得了一次性登录链接。确认本机可信后,请继续。"
LINK_GO = "继续登录"
RESUME_TITLE = "已锁定"
RESUME_INTRO = "您有一段时间没有操作,工作台已锁定。请输入登录口令继续。"
RESUME = "继续"
OTHER_PERSON = "换人登录"
UNLOCK_TITLE = "解锁举报密钥"
UNLOCK_INTRO = "举报内容只有用您自己的密钥才能打开。请输入举报密钥口令;十五分钟不操作或退出后,密钥自动收起。"
KEY_PASSPHRASE = "举报密钥口令"
UNLOCK = "解锁"
AGAIN_TITLE = "继续提交"
AGAIN_INTRO = "您在登录失效前填写的内容如下,尚未提交。请核对后继续。"
AGAIN = "继续提交"
KEPT_TEXT = "您填写的内容"
PROBLEM_TITLE = "没有完成"
PROBLEM_AGAIN = "修改后再次提交"
BACK = "返回"

# Home
HOME_TITLE = "工作台首页"
HELLO = "您好"
POSTS = "现任岗位"
NO_POST = "您目前没有登记的现任岗位。"
CASES_LOCKED = "您是举报受理人员。办理前请先解锁举报密钥。"
GO_UNLOCK = "解锁并查看"
GO_CALENDAR = "补充节假日安排"
GO_CASES = "查看举报办理队列"
OFFERED = "管理员已为您开通举报受理,请到“我的账号”设立举报密钥。"
DUE_TITLE = "近期事项"
JOBS_TITLE = "后台任务"

# Account
ACCOUNT_TITLE = "我的账号"
CHANGE_PASSPHRASE = "更改登录口令"
OLD_PASSPHRASE = "原口令"
CHANGE = "更改"
CODES_TITLE = "动态验证码"
CODES_ON = "已启用。登录时除口令外还须填写验证器应用中的六位数字。"
CODES_OFF = "未启用。启用后,仅有口令不能登录。"
CODES_START = "启用动态验证码"
CODES_STOP = "停用动态验证码"
CODES_INTRO = "请用验证器应用扫描二维码,或手工录入密钥,然后填写应用显示的六位数字。"
CODES_PICTURE = "验证器二维码"
CODES_SECRET = "密钥"
CODES_CONFIRM = "确认启用"
SESSIONS_TITLE = "登录中的浏览器"
THIS_ONE = "本浏览器"
BEGAN = "登录时间"
USED = "最近使用"
EVERYWHERE = "全部退出"
HISTORY_TITLE = "登录记录"
HISTORY_WHEN = "时间"
HISTORY_WHAT = "事项"
EVENTS = {
    "joined": "凭邀请码设立账号",
    "signed_in": "登录",
    "link": "凭机器人链接登录",
    "wrong_passphrase": "口令不符",
    "wrong_code": "动态验证码不符",
    "paused": "多次不符,暂停登录",
    "signed_out": "退出",
    "signed_out_everywhere": "全部退出",
    "passphrase": "更改登录口令",
    "codes_on": "启用动态验证码",
    "codes_off": "停用动态验证码",
    "unlocked": "解锁举报密钥",
    "unlock_failed": "举报密钥口令不符",
}
KEY_TITLE = "举报密钥"
KEY_HAVE = "您已设立举报密钥,应由您受理的举报只有用它才能打开。"
KEY_INTRO = (
    "举报密钥由您单独的口令保护,口令不在服务器上保存。口令遗忘后,只能由本组织的离线恢复密钥找回能打开举报的途径,"
    "请务必牢记,不要与登录口令相同。"
)
KEY_MAKE = "设立举报密钥"
KEY_CHANGE = "更改举报密钥口令"


def key_of(name: str) -> str:
    """Under what a browser may file a key's passphrase, apart from the one to sign in with."""
    return f"{name}(举报密钥)"


def key_for(organisation: str) -> str:
    """Say for whom one is to receive reports."""
    return f"管理员已开通您受理应由{organisation}受理的举报。"


# Jobs
JOB_KINDS = {
    "ledger": "导出台账",
    "statement": "生成述职材料",
    "figures": "生成年度统计",
    "coverage": "导出应谈名单",
    "import": "导入组织与人员",
    "ingest": "导入文件",
}
JOB_STATES = {
    "running": "正在进行",
    "done": "已完成",
    "failed": "没有完成",
    "cut_off": "已中断",
}
JOB_RUNNING = "任务在后台进行,可以离开本页,稍后在“后台任务”中查看。本页每隔两秒自动更新。"
JOB_CUT_OFF = "任务因服务重启而中断,没有产生结果。请重新发起。"
JOB_FAILED = "任务没有完成,没有产生结果。请稍后重新发起;仍不成功的,请与管理员联系。"
JOB_FILE = "下载结果"
JOB_KEPT = "结果保留一天。"
JOB_BEGAN = "开始时间"
JOB_KIND = "任务"
JOB_STATE = "状态"
NO_JOBS = "没有后台任务。"
MANY_JOBS = "您有多项后台任务尚未完成,没有新增任务。"
MANY_JOBS_NEXT = "请等候其中一项完成后再试。"
NO_JOB = "没有这个任务,或结果已过保留期。"
NO_JOB_NEXT = "请重新发起。"

# Lists
PAGES = "分页"
PREVIOUS = "上一页"
NEXT = "下一页"
NOTHING = "没有符合条件的内容。"


def page_of(page: int, pages: int, total: int) -> str:
    """Say which page of a list this is."""
    return f"第 {page} 页,共 {pages} 页,{total} 条"


def progress(done: int, total: int) -> str:
    """Say how far a job is."""
    return f"已完成 {done} / {total}" if total else "正在准备"
