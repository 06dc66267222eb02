"""Sentences about accounts of the console."""

CODE_MISTYPED = "邀请码或登录码有误。"
CODE_STATES = {
    "unknown": "没有这个邀请码。",
    "used": "这个邀请码已经用过。",
    "expired": "这个邀请码已过有效期。",
    "revoked": "这个邀请码已被收回。",
}
CODE_NEXT = "请逐位核对;确认无误仍不能使用的,请向管理员索取新的邀请码。"
LINK_LAPSED = "这个登录链接已失效。"
LINK_NEXT = "登录链接五分钟内有效,只能使用一次。请在机器人对话中重新索取,或用口令登录。"
CODES_ON_ALREADY = "您的账号已启用动态验证码。"
CODES_ON_ALREADY_NEXT = "需要更换的,请先凭口令停用,再重新启用。"
LINK_NEEDS_CODE = "您的账号启用了动态验证码,不能只凭链接登录。"
LINK_NEEDS_CODE_NEXT = "请用口令和动态验证码登录。"
SIGN_IN_WRONG = "姓名或工号、口令不符,没有登录。"
SIGN_IN_WRONG_NEXT = "请核对后重试;忘记口令的,请向管理员索取新的邀请码重新设置。"
TOO_MANY_TRIES = "连续多次不符,已暂停登录。"
TOO_MANY_TRIES_NEXT = "请在十五分钟后重试。"
CODE_NEEDED = "此账号启用了动态验证码。"
CODE_NEEDED_NEXT = "请打开验证器应用,把当前的六位数字填入“动态验证码”,并重新输入口令。"
CODE_WRONG = "动态验证码不符。"
CODE_WRONG_NEXT = "请核对手机时间是否准确,等待下一组数字后重试。"
SESSION_OVER = "登录已失效。"
SESSION_OVER_NEXT = "请重新登录。"
BUSY = "同时登录的人较多。"
BUSY_NEXT = "请稍后重试。"

# The link from a chat
COMMAND_DESK = "取得工作台的一次性登录链接"
DESK_NOT_BOUND = "本会话还没有绑定到人员。请先发送邀请码加入,再取得工作台登录链接。"
DESK_NOT_SERVED = "本服务没有开通网页工作台。请与管理员联系。"


def desk_link(address: str) -> str:
    """Give the link, and say what it is."""
    return f"{address}\n这是您本人的工作台登录链接,五分钟内有效,只能使用一次。请勿转发;不是您本人索取的,请不要打开。"
