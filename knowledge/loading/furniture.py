"""Lines of a web page that are no part of an article: menus, buttons, licences, disclaimers.

General patterns of Chinese news, government and WeChat pages, matched against whole lines. Those in
`_ANYWHERE` cannot be an article's words; those in `_EDGES` are plain words (登录, 关闭) and count only above
and below the article.
"""

import re

_SEPARATOR = r"\s*[|｜丨:：/／]\s*"
_LONGEST = 300
_NAME = r"[\u4e00-\u9fffA-Za-z·]{1,8}"
_NAMES = rf"{_NAME}(?:[\s、,，/]+{_NAME}){{0,6}}"


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


_ANYWHERE = _any(
    r"\+\s?1",
    r".{0,12}logo",
    r"(?:点击|立即|扫码|免费)?下载.{0,12}(?:客户端|APP)",
    r"(?:请)?(?:微信|手机)?(?:扫码|扫一扫|扫描|长按|识别).{0,30}(?:下载|关注|客户端|二维码|公众号|分享|阅读|浏览|手机|朋友圈).{0,20}",
    r"[(（\[【]?(?:点击)?(?:阅读|查看|展开|浏览)(?:原文|全文|更多|详情).{0,8}",
    rf"[(（\[【]?\s*(?:本期|本文|网络|值班|执行|责任|新媒体|视觉|流程)?(?:责任编辑|责编|编辑|校对|美编|编审|值班编委|监制|制图){_SEPARATOR}{_NAMES}[)）\]】]?",
    rf"原标题{_SEPARATOR}.*",
    r".{0,60}(?:ICP\s*[备证]|公网安备|网站标识码|网络视听许可证|网出证|国新网许可证).{0,80}",
    r".{0,30}(?:新闻信息服务|电信业务经营|出版服务|传播视听节目|广播电视节目制作经营)许可证.{0,20}\d{4}.{0,40}",
    r"(?:©|\(c\)|copyright).{0,160}",
    r".{0,60}(?:版权所有|all rights reserved).{0,80}",
    r"[【\[]?\s*(?:字体|字号)\s*[:：]?\s*[\[(（【]?\s*(?:特?大|小).{0,16}",
    r"[【\[]?\s*打印(?:本页|此页|文章|页面)?\s*[】\]]?\s*[【\[|｜]?\s*关闭(?:窗口|本页|页面)?\s*[】\]]?",
    r"(?:您)?(?:当前|现在|目前)?(?:所在)?的?位置\s*[:：].{0,120}",
    r"首页\s*(?:[>»›＞]|&gt;|-|—|/).{0,120}",
    r"(?:浏览|阅读|点击|访问|点赞)(?:次数|人数|量|数)\s*[:：]?\s*[\d,.万+]*\s*次?",
    r"(?:政府)?网站(?:标识码|地图|支持\s*IPv6).{0,60}",
    r"(?:上|下)一[篇条]\s*[:：].{0,120}",
)
_EDGES = _any(
    r"(?:登录|登陆|注册|登[录陆]\s*[|/｜]?\s*注册|退出|首页|返回首页|搜索|检索|客户端|移动端|手机版|无障碍|无障碍阅读|长者模式|关怀版|适老化|繁體|繁体|简体|english|邮箱|rss|设为首页|加入收藏)",
    r"(?:字号|字体|收藏|收藏本文|点赞|在看|赞|踩|喜欢|举报|我要举报|反馈|意见反馈|纠错|我要纠错|网站纠错|评论|写评论|参与评论|发表评论|我来说两句|分享|转发|复制链接|打印|打印本页|关闭|关闭窗口|返回|返回顶部|回到顶部|顶部|听全文|语音播报|播放|暂停|保存|大|中|小)",
    r"(?:微信|微博|新浪微博|腾讯微博|朋友圈|qq|qq空间|qq好友|抖音|快手|今日头条|百家号|头条号|视频号|二维码|公众号|微信公众号)",
    r"(?:评论|跟帖|热门评论|最新评论|全部评论|网友评论|参与)\s*[(（]?\s*\d*\s*[)）]?(?:条|人)?",
    r"分享(?:到|至|让更多人看到|此页|本文|文章)?\s*[:：]?.{0,40}",
    r"(?:扫一扫|扫码)[^。]{0,40}",
    r"(?:打印|保存|收藏|关闭|分享|复制|纠错|返回)(?:[\s|｜/\[\]【】]+(?:打印|保存|收藏|关闭|分享|复制|纠错|返回|本页|窗口|页面|顶部)){1,8}",
    rf"(?:来源|信息来源|稿源|文章来源|稿件来源|发布时间|发布日期|更新时间|发布机构|责任单位){_SEPARATOR}.{{0,80}}",
    rf"(?:作者|(?:本报|见习|实习)记者|记者(?=.*通讯员)|通讯员|文|图|供稿|来稿|投稿|审核|终审|复审|初审|核稿|签发|统筹|策划|制作|设计|文案|出品|摄影|编制){_SEPARATOR}{_NAMES}",
    r"(?:违法和?不良信息举报|网络谣言举报|网上有害信息举报|互联网举报|12377|举报中心|侵权投诉).{0,60}",
    r"(?:关于我们|联系我们|法律声明|隐私(?:政策|条款)|用户协议|网站声明|网站地图|站点地图|广告(?:服务|合作|刊登)|招聘信息|加入我们|诚聘英才|友情链接|帮助中心|使用帮助|版权声明|关于澎湃|在线订阅|澎湃广告)(?:[\s|｜·]+.{0,100})?",
    r"(?:特约)?(?:头条|要闻|时事|财经|思想|生活|问政|视频|专题|直播|图片|国内|国际|社会|体育|文化|教育|科技|娱乐|军事|健康|汽车|房产|地方|评论|新闻|更多|导航|栏目|频道|热点|推荐|政务公开|政务服务|互动交流|信息公开|走进[^\s|｜·>»]{2,6}|新闻中心|网站首页)(?:[\s|｜·>»]+[^\s|｜·>»]{2,6}){1,20}",
)
_DISCLAIMERS = _any(
    r"(?:本文|本稿|本网|本站|本报|本平台|本账号|凡本网|特别声明|郑重声明|声明|免责声明|版权声明|温馨提示)[^。]{0,80}(?:仅代表|不代表|转载|版权|侵权|著作权|免责|立场|平台|授权|删除|观点).{0,200}",
    r"(?:未经|如需|如有|转载|欢迎|请勿)[^。]{0,20}(?:授权|转载|注明|侵权|转发|投稿|订阅|关注).{0,120}",
    r"(?:以上(?:内容|文章)|部分(?:图片|内容))[^。]{0,30}(?:来自|来源|网络|版权|转载).{0,100}",
    r".{0,60}(?:版权所有|all rights reserved).{0,80}",
)
_SITE_OWNER = _any(
    rf"(?:主办|承办|主管|协办|运维|维护|技术支持|技术保障|版权|建设)(?:单位|部门)?{_SEPARATOR}.{{0,80}}",
    r"(?:地址|邮编|邮政编码|电话|联系电话|传真|邮箱|举报电话|举报邮箱|客服电话|投诉电话|网站服务热线)\s*[:：].{0,80}",
)
_CLOSES = _any(
    r"[【\[◆■▌●|]*\s*(?:相关(?:阅读|新闻|链接|推荐|文章|稿件|信息|报道)|(?:推荐|延伸|精彩|猜你)(?:阅读|推荐|喜欢|内容)|热门(?:推荐|文章|新闻|评论|排行)|(?:热点|最新|今日)(?:新闻|推荐|资讯)|更多(?:精彩|新闻|内容|推荐)|(?:点击|阅读|新闻|24小时)排行�?|猜你喜欢|大家都在看|往期(?:推荐|回顾|精选))\s*[】\]:：>»]*",
)
_SIGNS = "•●·*>»›-–—|｜ \t　#"


def is_never_text(line: str) -> bool:
    """Whether `line` is page furniture wherever it stands."""
    return not _is_sentence(line) and _matches(_ANYWHERE, line)


def is_edge(line: str) -> bool:
    """Whether `line` is page furniture when it stands above or below the article."""
    if _is_sentence(line):
        return _matches(_DISCLAIMERS, line)
    return any(_matches(pattern, line) for pattern in (_ANYWHERE, _EDGES, _DISCLAIMERS, _CLOSES))


def is_site_owner(line: str) -> bool:
    """Whether `line` names who keeps a site. An article may end so too (a contact): its place must decide."""
    return _matches(_SITE_OWNER, line)


def closes(line: str) -> bool:
    """Whether `line` opens a list of other articles, which ends this one."""
    return _matches(_CLOSES, line)


def _is_sentence(line: str) -> bool:
    return line[-1:] in "。；;"


def _matches(pattern: re.Pattern[str], line: str) -> bool:
    bare = line.strip(_SIGNS)
    return len(bare) <= _LONGEST and bool(pattern.fullmatch(" ".join(bare.split())))
