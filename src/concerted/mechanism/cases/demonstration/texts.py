"""What is written in the demonstration's cases: plainly invented words, in the language an officer there would use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

INVENTED = "【演示，虚构】"
LANGUAGE = "西南官话"
ALIAS = "小翠（演示）"
WITNESS = f"{INVENTED}站内社工在场"
HEARD_BY = f"{INVENTED}值班社工"
CRIMINAL_CASE = f"{INVENTED}刑立字第0001号"
FOUND = f"{INVENTED}民警在检查一处作坊时发现一名妇女，称被人以介绍工作为名带来，证件被扣，不得外出。"
CALL = f"{INVENTED}匿名来电：邻居家新来一名年轻妇女，不许出门，夜里有哭声。"
CALL_AGAIN = f"{INVENTED}来人称女儿外出务工失去联系，最后一次通话提到同一地方。"
SCHOOL = f"{INVENTED}学校反映一名女生连续两周未到校，同学称她要去外地“上班”。"
PUBLIC = f"{INVENTED}网上报告：看到一名男孩每天在车站被人带着乞讨，好像不认识那个人。"
PUBLIC_PLACE = f"{INVENTED}虚构县长途汽车站门口"
FALSE_ALARM = f"{INVENTED}医院反映一名就诊妇女身上有伤；经了解系劳动中跌伤，家人陪同，本人自由往来。"
NO_CONCERN = f"{INVENTED}经两次单独谈话，没有发现拐卖迹象；已告知求助电话。"
SAME = f"{INVENTED}与前一报告为同一人同一地点"
MOTHER = f"{INVENTED}母亲"
SAFE: Mapping[str, Any] = {
    "how": "当面",
    "when": "工作日上午",
    "never": f"{INVENTED}不要打家里电话",
    "code_word": "春耕",
}
NOTE = f"{INVENTED}已办"
REASON = f"{INVENTED}本人同意，请予协助。"
REASONS = {
    "shelter": f"{INVENTED}需要安全住处，今晚起。",
    "medical_care": f"{INVENTED}需要体检和治疗，请安排女医生。",
    "psychological_care": f"{INVENTED}睡眠差、易惊，需要心理辅导。",
    "home_visits": f"{INVENTED}请定期探访，陪同办事。",
    "reception_home": f"{INVENTED}本人希望回到家乡省，请接收并安排落脚。",
    "schooling": f"{INVENTED}希望继续读书，请联系学校。",
    "legal_aid": f"{INVENTED}工资被扣，需要法律援助。",
}
CONTACT: Mapping[str, Any] = {
    "ways": ["person", "through"],
    "number": "not_asked",
    "hours": f"{INVENTED}白天",
    "code_word": "小满",
    "never": f"{INVENTED}不得联系原居住地任何人",
    "trusted": f"{INVENTED}同站社工",
    "language": LANGUAGE,
}
ACCOUNT: Mapping[str, Any] = {
    "words": f"{INVENTED}“说是去厂里，到了以后身份证就被收走了，每天做到半夜，说欠他们的路费。”",
    "acts": ["recruitment", "transport", "harbouring"],
    "means": ["deception", "papers_taken", "debt"],
    "purposes": ["forced_labour"],
    "since": "2010年秋",
    "until": "2011年6月",
    "places": f"{INVENTED}作坊，地点略",
    "others": f"{INVENTED}称还有两人，不知去向",
}
KILN: Mapping[str, Any] = {
    "words": f"{INVENTED}“在窑上干了一年，只给过两次钱，门口有人看着。”",
    "acts": ["recruitment", "harbouring"],
    "means": ["deception", "threat"],
    "purposes": ["forced_labour"],
    "since": "2010年",
    "until": "declined",
}
HEALTH: Mapping[str, Any] = {
    "urgent": f"{INVENTED}手部旧伤未愈",
    "condition": f"{INVENTED}体重偏轻，精神尚可",
    "pregnancy": "declined",
    "medication": "unknown",
}
CHILD_HEALTH: Mapping[str, Any] = {
    "urgent": f"{INVENTED}无",
    "condition": f"{INVENTED}发育正常，怕生",
    "medication": "unknown",
}
STATE: Mapping[str, Any] = {
    "state": f"{INVENTED}夜间易醒，愿意与同龄女工作人员交谈",
    "risk_to_self": "no",
    "wishes": f"{INVENTED}先把伤治好，再想回家的事",
}
ADDRESS: Mapping[str, Any] = {
    "address": f"{INVENTED}（此处为加封内容示例，不是真实地址）",
    "known_to": f"{INVENTED}值班员",
}
EXAMINATION: Mapping[str, Any] = {
    "examination": f"{INVENTED}女医生检查，本人同意",
    "diagnosis": f"{INVENTED}右手陈旧性骨折",
    "treatment": f"{INVENTED}复位、固定，四周后复查",
}
NO_CAPACITY = f"{INVENTED}本月心理辅导名额已满，八月可再转介"
QUESTION = f"{INVENTED}请说明是否需要陪同，以及本人是否愿意由当地妇联接站。"
INFORMATION = f"{INVENTED}需要一名女性陪同；本人愿意。"
MESSAGE = f"{INVENTED}医院复查定在下周二，请问当天是否需要派人？"
ANSWER = f"{INVENTED}由女民警陪同，便衣。"
FINDINGS = f"{INVENTED}首要为安全与治疗；谈及家人时沉默，未追问。"
WISHES = f"{INVENTED}学一门手艺"
PLAN = f"{INVENTED}治疗、休养、法律援助，之后学习缝纫，再商量回乡。"
GOALS = (f"{INVENTED}手伤痊愈", f"{INVENTED}拿到被扣的工资", f"{INVENTED}完成一门技能培训")
AGREED = f"{INVENTED}逐条口头说明后本人按手印"
LEGAL = f"{INVENTED}追讨工资"
TRAINING = f"{INVENTED}缝纫班，八月开课"
WITHDRAWN = f"{INVENTED}本人表示不再需要，改由站内办理"
OUTSIDE = f"{INVENTED}某民间法律服务机构"
NO_ADDRESS = f"{INVENTED}联系方式略"
LEAD = f"{INVENTED}儿童由贵站安置照料，建议由贵站牵头"
EMERGENCY = f"{INVENTED}昏迷送医，需要确认用药和过敏情况"
REVIEW = f"{INVENTED}与急诊记录相符，查看范围适当"
RECOVERED = f"{INVENTED}三次回访均平安，本人同意结案"
STATUS_PRESUMED = f"{INVENTED}证件被扣、不得外出、以劳抵债，且举报内容一致，有理由相信其为被害人。"
STATUS_RECOGNISED = f"{INVENTED}有本人陈述、查获的证件和账本相互印证，符合规定。"
STATUS_REFUSED = f"{INVENTED}目前材料显示为拖欠工资纠纷，未见买卖情节。"
STATUS_GROUNDS = f"{INVENTED}本人称谈话时没有翻译，且窑主在场，请重新听取。"
GOAL_REACHED = f"{INVENTED}复查已愈合，本人能正常用手。"
GOAL_CHANGED = f"{INVENTED}本人改变主意，希望先补办证件再找工作。"
GOAL_NOW = f"{INVENTED}补办身份证，之后参加缝纫培训"
