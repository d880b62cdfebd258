"""频次 in an editor's words and what is understood of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.model.value import Cadence
from kb.schema.cadence import FORMS, MAX_LENGTH, read_cadence

TABLE = {
    "每月": Cadence("每月", "月", 1, 1),
    "每天1次": Cadence("每天1次", "日", 1, 1),
    "每周两次": Cadence("每周两次", "周", 2, 2),
    "每季": Cadence("每季", "季度", 1, 1),
    "每季度1次": Cadence("每季度1次", "季度", 1, 1),
    "每半年1次": Cadence("每半年1次", "半年", 1, 1),
    "每年1至2次": Cadence("每年1至2次", "年", 1, 2),
    "每年1-2次": Cadence("每年1-2次", "年", 1, 2),
    "每年至少1次": Cadence("每年至少1次", "年", 1, 0),
    "每年不少于2次": Cadence("每年不少于2次", "年", 2, 0),
    "每两年1次": Cadence("每两年1次", "两年", 1, 1),
    "每两个月1次": Cadence("每两个月1次", "两月", 1, 1),
    "每届1次": Cadence("每届1次", "届", 1, 1),
    "每年1次，年底": Cadence("每年1次，年底", "年", 1, 1, (12,)),
    "每年至少1次（一般在第四季度，可随时开）": Cadence("每年至少1次", "年", 1, 0, (10, 11, 12), note="一般在第四季度，可随时开"),
    "每年（年初谋划、年底考核）": Cadence("每年", "年", 1, 1, note="年初谋划、年底考核"),
    "每季度1次（年底总结）": Cadence("每季度1次", "季度", 1, 1, note="年底总结"),
    "每年1次、第一季度": Cadence("每年1次、第一季度", "年", 1, 1, (1, 2, 3)),
    "年底": Cadence("年底", "年", 0, 0, (12,)),
    "每年年底": Cadence("每年年底", "年", 1, 0, (12,)),
    "上半年": Cadence("上半年", "年", 0, 0, (1, 2, 3, 4, 5, 6)),
    "3月": Cadence("3月", "年", 1, 1, (3,)),
    "每年3月": Cadence("每年3月", "年", 1, 1, (3,)),
    "3至5月": Cadence("3至5月", "年", 1, 1, (3, 4, 5)),
    "11月至1月": Cadence("11月至1月", "年", 1, 1, (11, 12, 1)),
    "12月底": Cadence("12月底", "年", 1, 1, (12,)),
    "换届后": Cadence("换届后", event="换届后"),
    "会议召开之前": Cadence("会议召开之前", event="会议召开之前"),
    "定期": Cadence("定期", loose="定期"),
    "来源未载明": Cadence("来源未载明"),
    "每月1次（支部委员会会议）": Cadence("每月1次", "月", 1, 1, note="支部委员会会议"),
    "定期 (党课)": Cadence("定期", loose="定期", note="党课"),
}


@pytest.mark.parametrize("words", TABLE)
def test_known_forms(words: str) -> None:
    assert read_cadence(words) == TABLE[words]


@pytest.mark.parametrize(
    "words",
    [
        "",
        "经常开会",
        "每月三四次",
        "13月",
        "0月",
        "每",
        "每世纪",
        "（说明）",
        "每月（",
        "每月（）",
        "每年0次",
        "每年2至1次",
        "每0个月",
    ],
)
def test_what_follows_no_form_is_refused(words: str) -> None:
    assert read_cadence(words) is None


def test_every_form_that_the_hint_names_is_understood() -> None:
    for words in FORMS.split("、"):
        assert read_cadence(words) is not None, words


@given(st.text("每两三年月日季度半0123456789次至-（）()年底上下 前后，、", max_size=MAX_LENGTH + 20))
def test_any_words(words: str) -> None:
    cadence = read_cadence(words)
    if cadence is not None:
        assert len(words.strip()) <= MAX_LENGTH
        assert cadence.text in words
        assert cadence.most == 0 or cadence.most >= cadence.least
        assert all(1 <= month <= 12 for month in cadence.months)
