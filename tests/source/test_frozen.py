"""Cards as bytes and back."""

from __future__ import annotations

import marshal

from kb.model.entry import Card, Ref, columns_of
from kb.source.frozen import freeze_card, thaw_card


def card(key: str) -> Card:
    """Two of these have no string in common but by their words."""
    blank = Card(*("",) * len(Card._fields))
    topic, organ, label, target = (bytes(word, "utf-8").decode() for word in ("组织建设", "党支部", "相关条目", "sanhui-yike"))
    return blank._replace(
        id=key, title_line=2, aliases=(), topic=topic, organs=(organ,), functions=(), levels=(), roles=(), audience=(), places=(),
        stages=(), documents=(("jiangsu", 7),), claim_rows=(), file_rows=(), anchors=("做法", "依据"),
        ref_columns=columns_of([Ref(target, label, 3, 1, ("method",))]), former=(), quoted=(), face=b"",
    )  # fmt: skip


def test_cards_that_were_put_away_share_their_words() -> None:
    """Each comes from bytes of its own, as from another process: what they share they share by the words alone."""
    one, other = (thaw_card(bytes(freeze_card(card(key)))) for key in "ab")
    assert one is not None and other is not None
    assert one._replace(face=b"") == card("a")
    assert one.topic is other.topic
    assert one.organs[0] is other.organs[0]
    assert one.anchors and other.anchors and one.anchors[1] is other.anchors[1]
    assert [one.refs[0].target, one.refs[0].via] == ["sanhui-yike", "相关条目"]
    assert one.refs[0].target is other.refs[0].target
    assert one.refs[0].types[0] is other.refs[0].types[0]


def test_marshal_itself_does_not_share() -> None:
    """Were it to, there would be nothing to do for it here."""
    one, other = (marshal.loads(marshal.dumps(tuple(card(key)[:9]))) for key in "ab")
    topic = Card._fields.index("topic")
    assert one[topic] == other[topic] and one[topic] is not other[topic]


def test_mentions_have_names() -> None:
    """A thawed card holds plain tuples; asked for, they are what they were."""
    found = thaw_card(freeze_card(card("a")))
    assert found is not None
    assert type(found.ref_columns[0]) is tuple
    assert found.targets == ("sanhui-yike",)
    assert found.refs == (Ref("sanhui-yike", "相关条目", 3, 1, ("method",)),)
    assert isinstance(found.refs[0], Ref)


def test_who_mentions_nothing_has_no_mentions() -> None:
    found = thaw_card(freeze_card(card("a")._replace(ref_columns=columns_of([]))))
    assert found is not None
    assert found.refs == found.targets == ()
