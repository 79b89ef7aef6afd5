"""How a value is said: names by the channel's manners, money, days and shares by the language. What cannot be said is missing (None)."""

import math
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from playbooks.schema.variable import GREETINGS, VariableSort

DROPPED = frozenset("<>{}[]()`|\\^*#~")
LONGEST_TEXT = 120
LONGEST_NAME = 40
CHINESE_MONEY = {"CNY": "元", "USD": "美元", "HKD": "港元", "EUR": "欧元", "GBP": "英镑", "JPY": "日元"}
SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}
CHINESE_TITLES = {"male": "先生", "female": "女士"}
ENGLISH_TITLES = {"male": "Mr", "female": "Ms"}
TWO_CHARACTER_SURNAMES = frozenset(
    {"欧阳", "司马", "诸葛", "上官", "司徒", "东方", "夏侯", "皇甫", "尉迟", "公孙", "慕容", "令狐", "端木", "独孤"}
)
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")


@dataclass(frozen=True, slots=True)
class Manners:
    """How to speak here: language tag, currency, whether others read along, whether names are masked for this reader."""

    language: str
    currency: str
    public: bool = False
    masked: bool = False

    @property
    def chinese(self) -> bool:
        return self.language.startswith(("zh", "yue"))


def clean(value: object, longest: int) -> str | None:
    """Words from outside, as one line without markup, control characters or web addresses; None when nothing is left."""
    if not isinstance(value, str):
        return None
    kept = "".join(c for c in value[: 4 * longest] if c not in DROPPED and (c == " " or unicodedata.category(c)[0] not in "CZ"))
    line = " ".join(kept.replace("://", " ").split())[:longest].strip()
    return line or None


def number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    try:
        read = float(value)
    except OverflowError:
        return None
    return read if math.isfinite(read) and abs(read) < 1e15 else None


def said(sort: VariableSort, name: str, values: Mapping[str, object], manners: Manners) -> str | None:
    """The words for one variable, None when it is missing or not of its sort."""
    value = values.get(name)
    if value is None:
        return None
    if name in GREETINGS:
        return value if isinstance(value, str) else None
    if sort is VariableSort.NAME:
        return _name(value, values.get("customer_gender"), manners)
    if sort is VariableSort.DATE:
        return _day(value, values.get("today"), manners)
    if sort is VariableSort.TEXT:
        counted = number(value)
        return clean(value, LONGEST_TEXT) if counted is None else _grouped(counted)
    counted = number(value)
    if counted is None:
        return None
    if sort is VariableSort.AMOUNT:
        return _money(counted, manners)
    return _grouped(round(counted)) if sort is VariableSort.COUNT else f"{_trimmed(counted * 100)}%"


def _trimmed(value: float) -> str:
    text = f"{value:.2f}"
    return text.rstrip("0").rstrip(".")


def _grouped(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"


def _money(value: float, manners: Manners) -> str:
    amount = _grouped(round(value, 2))
    if manners.chinese:
        return amount + CHINESE_MONEY.get(manners.currency, manners.currency)
    return SIGNS.get(manners.currency, manners.currency + " ") + amount


def _name(value: object, gender: object, manners: Manners) -> str | None:
    """Surname and title where the gender is known, else the name as it is; nothing where others read along. Masked: the first letter."""
    name = clean(value, LONGEST_NAME)
    if name is None or manners.public:
        return None
    known = gender if isinstance(gender, str) else ""
    if manners.chinese and not name.isascii():
        surname = name[:2] if name[:2] in TWO_CHARACTER_SURNAMES and len(name) > 2 else name[:1]
        if known in CHINESE_TITLES:
            return surname + CHINESE_TITLES[known]
        return surname + "*" * max(1, len(name) - len(surname)) if manners.masked else name
    last = name.split(" ")[-1]
    if known in ENGLISH_TITLES and " " in name:
        return f"{ENGLISH_TITLES[known]} {last[0] + '***' if manners.masked else last}"
    return name[0] + "***" if manners.masked else name


def _day(value: object, today: object, manners: Manners) -> str | None:
    """Month and day; with the year unless `today` says that it is this one."""
    day, present = _as_day(value), _as_day(today)
    if day is None:
        return None
    same_year = present is not None and present.year == day.year
    if manners.chinese:
        return f"{day.month}月{day.day}日" if same_year else f"{day.year}年{day.month}月{day.day}日"
    words = f"{day.day} {MONTHS[day.month - 1]}"
    return words if same_year else f"{words} {day.year}"


def _as_day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        return None
    try:
        return datetime.fromisoformat(value).date()
    except ValueError:
        return None
