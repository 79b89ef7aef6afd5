"""Texts made comparable: full width, traditional characters, letter case and spacing tricks do not hide a word."""

import re
import unicodedata
from functools import lru_cache

TRADITIONAL = (
    "愛礙襖罷擺敗頒辦絆幫綁謗飽寶報鮑輩貝備憊畢斃幣閉編貶變辯標錶賓補財參殘慚慘燦倉艙側測層產償腸場暢鈔車徹塵陳稱懲遲衝蟲籌綢醜礎處觸傳瘡闖創錘純詞賜從湊錯達帶貸單擔膽誕當擋黨島禱導燈鄧敵遞點電墊調諜疊釘頂訂東動棟凍鬥獨讀賭斷對隊頓奪墮"
    "額惡餓兒爾發罰閥範販飯訪紡飛廢費紛墳憤糞豐風瘋馮縫諷鳳膚輔撫負婦縛該蓋幹趕岡剛鋼綱擱閣個給鞏貢溝構購夠顧颳掛關觀館慣貫廣規歸軌貴滾鍋國過駭漢號閡賀後呼壺護滬戶華畫話懷壞歡環還緩換煥謊揮輝匯會諱誨繪葷渾夥獲貨禍擊機積飢譏雞績緝極"
    "輯級擠幾薊劑濟計記際繼紀夾莢頰賈鉀價駕殲監堅箋間艱緘繭檢鹼揀撿簡儉減薦檻鑒踐賤見鍵艦劍餞漸澗漿蔣槳獎講醬膠澆驕嬌攪鉸矯僥腳餃繳絞轎較階節潔結誡屆緊錦僅謹進盡勁莖鯨驚經頸靜鏡徑競淨糾廄舊駒舉據鋸懼劇捲絹傑覺決訣絕鈞軍駿開凱顆殼課"
    "墾懇摳庫褲誇塊儈寬礦曠況虧巋窺饋潰擴闊蠟臘萊來賴藍欄攔籃闌蘭瀾讕攬覽懶纜爛濫撈勞澇樂鐳壘類淚離裡鯉禮麗厲勵礫歷瀝隸倆聯蓮連鐮憐漣簾斂臉鏈戀煉練糧涼兩輛諒療遼鐐獵臨鄰鱗凜賃齡鈴靈嶺領餾劉龍聾嚨籠壟攏隴樓婁摟簍蘆盧顱廬爐擄鹵虜魯賂"
    "祿錄陸驢呂鋁侶屢縷慮濾綠亂掄輪倫侖淪論蘿羅邏鑼籮騾駱絡媽瑪碼螞馬罵嗎買麥賣邁脈瞞饅蠻滿謾貓錨鉚貿麼黴沒鎂門悶們錳夢謎彌覓綿緬廟滅憫閩鳴銘謬謀畝鈉納難撓腦惱鬧餒內擬膩攆釀鳥聶嚙鑷鎳檸獰寧擰濘鈕紐膿濃農瘧諾歐鷗毆嘔漚盤龐賠噴鵬騙飄"
    "頻貧蘋憑評潑頗撲鋪樸譜齊騎豈啟氣棄訖牽鉛遷簽謙錢鉗潛淺譴塹槍嗆牆薔強搶鍬橋喬僑翹竅竊欽親寢輕氫傾頃請慶瓊窮趨區軀驅齲顴權勸卻鵲讓饒擾繞熱韌認紉榮絨軟銳閏潤灑薩鰓賽傘喪騷掃澀殺紗篩曬刪閃陝贍繕傷賞燒紹賒攝懾設紳審嬸腎滲聲繩勝聖師獅"
    "濕詩時蝕實識駛勢適釋飾視試壽獸樞輸書贖屬術樹豎數帥雙誰稅順說碩爍絲飼聳慫頌訟誦擻蘇訴肅雖隨綏歲孫損筍縮瑣鎖獺撻態攤貪癱灘壇譚談嘆湯燙濤絛討騰謄銻題體屜條貼鐵廳聽烴銅統頭圖塗團頹蛻脫鴕馱駝橢窪襪彎灣頑萬網韋違圍為濰維葦偉偽緯謂衛溫"
    "聞紋穩問甕撾蝸渦窩嗚鎢烏誣無蕪吳塢霧務誤錫犧襲習銑戲細蝦轄峽俠狹廈嚇鮮纖鹹賢銜閒顯險現獻縣餡羨憲線廂鑲鄉詳響項蕭囂銷曉嘯蠍協挾攜脅諧寫瀉謝鋅釁興洶鏽繡虛噓須許敘緒續軒懸選癬絢學勳詢尋馴訓訊遜壓鴉鴨啞亞訝閹煙鹽嚴顏閻艷厭硯彥諺驗鴦楊"
    "揚瘍陽癢養樣瑤搖堯遙窯謠藥爺頁業葉醫銥頤遺儀彝蟻藝億憶義詣議誼譯異繹蔭陰銀飲隱櫻嬰鷹應纓瑩螢營熒蠅贏穎喲擁傭癰踴詠湧優憂郵鈾猶遊誘輿魚漁娛與嶼語籲禦獄譽預馭鴛淵轅園員圓緣遠願約躍鑰嶽粵悅閱雲鄖勻隕運蘊醞暈韻雜災載攢暫贊贓髒鑿棗竈責"
    "擇則澤賊贈軋鍘閘詐齋債氈盞斬輾嶄棧戰綻張漲帳賬脹趙蟄轍鍺這貞針偵診鎮陣掙睜猙爭幀鄭證織職執紙摯擲幟質滯鐘終種腫眾謅軸皺晝驟豬諸誅燭矚囑貯鑄築駐專磚轉賺樁莊裝妝壯狀錐贅墜綴諄準濁茲資漬蹤綜總縱鄒詛組鑽"
)
SIMPLIFIED = (
    "爱碍袄罢摆败颁办绊帮绑谤饱宝报鲍辈贝备惫毕毙币闭编贬变辩标表宾补财参残惭惨灿仓舱侧测层产偿肠场畅钞车彻尘陈称惩迟冲虫筹绸丑础处触传疮闯创锤纯词赐从凑错达带贷单担胆诞当挡党岛祷导灯邓敌递点电垫调谍叠钉顶订东动栋冻斗独读赌断对队顿夺堕"
    "额恶饿儿尔发罚阀范贩饭访纺飞废费纷坟愤粪丰风疯冯缝讽凤肤辅抚负妇缚该盖干赶冈刚钢纲搁阁个给巩贡沟构购够顾刮挂关观馆惯贯广规归轨贵滚锅国过骇汉号阂贺后呼壶护沪户华画话怀坏欢环还缓换焕谎挥辉汇会讳诲绘荤浑伙获货祸击机积饥讥鸡绩缉极"
    "辑级挤几蓟剂济计记际继纪夹荚颊贾钾价驾歼监坚笺间艰缄茧检碱拣捡简俭减荐槛鉴践贱见键舰剑饯渐涧浆蒋桨奖讲酱胶浇骄娇搅铰矫侥脚饺缴绞轿较阶节洁结诫届紧锦仅谨进尽劲茎鲸惊经颈静镜径竞净纠厩旧驹举据锯惧剧卷绢杰觉决诀绝钧军骏开凯颗壳课"
    "垦恳抠库裤夸块侩宽矿旷况亏岿窥馈溃扩阔蜡腊莱来赖蓝栏拦篮阑兰澜谰揽览懒缆烂滥捞劳涝乐镭垒类泪离里鲤礼丽厉励砾历沥隶俩联莲连镰怜涟帘敛脸链恋炼练粮凉两辆谅疗辽镣猎临邻鳞凛赁龄铃灵岭领馏刘龙聋咙笼垄拢陇楼娄搂篓芦卢颅庐炉掳卤虏鲁赂"
    "禄录陆驴吕铝侣屡缕虑滤绿乱抡轮伦仑沦论萝罗逻锣箩骡骆络妈玛码蚂马骂吗买麦卖迈脉瞒馒蛮满谩猫锚铆贸么霉没镁门闷们锰梦谜弥觅绵缅庙灭悯闽鸣铭谬谋亩钠纳难挠脑恼闹馁内拟腻撵酿鸟聂啮镊镍柠狞宁拧泞钮纽脓浓农疟诺欧鸥殴呕沤盘庞赔喷鹏骗飘"
    "频贫苹凭评泼颇扑铺朴谱齐骑岂启气弃讫牵铅迁签谦钱钳潜浅谴堑枪呛墙蔷强抢锹桥乔侨翘窍窃钦亲寝轻氢倾顷请庆琼穷趋区躯驱龋颧权劝却鹊让饶扰绕热韧认纫荣绒软锐闰润洒萨鳃赛伞丧骚扫涩杀纱筛晒删闪陕赡缮伤赏烧绍赊摄慑设绅审婶肾渗声绳胜圣师狮"
    "湿诗时蚀实识驶势适释饰视试寿兽枢输书赎属术树竖数帅双谁税顺说硕烁丝饲耸怂颂讼诵擞苏诉肃虽随绥岁孙损笋缩琐锁獭挞态摊贪瘫滩坛谭谈叹汤烫涛绦讨腾誊锑题体屉条贴铁厅听烃铜统头图涂团颓蜕脱鸵驮驼椭洼袜弯湾顽万网韦违围为潍维苇伟伪纬谓卫温"
    "闻纹稳问瓮挝蜗涡窝呜钨乌诬无芜吴坞雾务误锡牺袭习铣戏细虾辖峡侠狭厦吓鲜纤咸贤衔闲显险现献县馅羡宪线厢镶乡详响项萧嚣销晓啸蝎协挟携胁谐写泻谢锌衅兴汹锈绣虚嘘须许叙绪续轩悬选癣绚学勋询寻驯训讯逊压鸦鸭哑亚讶阉烟盐严颜阎艳厌砚彦谚验鸯杨"
    "扬疡阳痒养样瑶摇尧遥窑谣药爷页业叶医铱颐遗仪彝蚁艺亿忆义诣议谊译异绎荫阴银饮隐樱婴鹰应缨莹萤营荧蝇赢颖哟拥佣痈踊咏涌优忧邮铀犹游诱舆鱼渔娱与屿语吁御狱誉预驭鸳渊辕园员圆缘远愿约跃钥岳粤悦阅云郧匀陨运蕴酝晕韵杂灾载攒暂赞赃脏凿枣灶责"
    "择则泽贼赠轧铡闸诈斋债毡盏斩辗崭栈战绽张涨帐账胀赵蛰辙锗这贞针侦诊镇阵挣睁狰争帧郑证织职执纸挚掷帜质滞钟终种肿众诌轴皱昼骤猪诸诛烛瞩嘱贮铸筑驻专砖转赚桩庄装妆壮状锥赘坠缀谆准浊兹资渍踪综总纵邹诅组钻"
)
"""Our own list of the common pairs; characters that stand for two simplified ones take the likelier."""

TO_SIMPLIFIED: dict[int, int | str] = {**str.maketrans(TRADITIONAL, SIMPLIFIED), ord("帳"): "账", ord("帐"): "账"}
HIDDEN = frozenset({"Cf", "Cc", "Mn", "Me"})
GAP = r"[\W_]{0,3}"
LATIN = re.compile(r"[a-z0-9]")


def plain(text: str) -> str:
    """NFKC, small letters, simplified characters, without invisible characters and accents; white space is one blank."""
    composed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text))
    seen = "".join(c if c not in "\t\n\r" else " " for c in composed if c in "\t\n\r" or unicodedata.category(c) not in HIDDEN)
    return " ".join(unicodedata.normalize("NFC", seen).casefold().translate(TO_SIMPLIFIED).split())


@lru_cache(maxsize=8192)
def phrase_pattern(phrase: str) -> re.Pattern[str] | None:
    """A pattern for plain() texts that finds the phrase also with up to three signs or blanks between its letters.

    A Latin phrase is found as whole words only. None when the phrase holds no letter at all.
    """
    letters = [c for c in plain(phrase) if c.isalnum()]
    if not letters:
        return None
    body = GAP.join(map(re.escape, letters))
    before = r"(?<![a-z0-9])" if LATIN.match(letters[0]) else ""
    after = r"(?![a-z0-9])" if LATIN.match(letters[-1]) else ""
    return re.compile(before + body + after)


def contains(text: str, phrase: str) -> bool:
    """Whether a text says the phrase, however it is dressed up. `text` may be plain() already."""
    pattern = phrase_pattern(phrase)
    return pattern is not None and pattern.search(plain(text)) is not None
