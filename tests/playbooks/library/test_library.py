"""What the books promise: how many actions, in which languages, styles and media, and what stands around them."""

import re
import time
from collections import Counter
from difflib import SequenceMatcher
from itertools import combinations

import pytest

from features.simulator.words import ACTION_IDS
from playbooks.load import default_book, load_playbook
from playbooks.reading.nodes import parse_yaml
from playbooks.scenes import SceneReader
from playbooks.schema.action import Action
from playbooks.schema.knowledge import SopStep
from playbooks.schema.playbook import Playbook
from playbooks.schema.script import Script
from playbooks.schema.words import ActionClass, ActionKind, Medium, PolicyStage, Stage

LEAST_OF_A_KIND = {"sell": 10, "retain": 4, "recover": 4, "reactivate": 4, "serve": 6, "educate": 4}
TOO_ALIKE = 0.8


def spoken(playbook: Playbook, script: Script) -> set[Medium]:
    return {playbook.channels[name].medium for name in script.channels or playbook.channels}


def pitch(script: Script) -> str:
    return "".join(step.text for step in script.steps if step.stage in {Stage.PROPOSE, Stage.BRIDGE, Stage.SOLVE})


def test_the_card_book_has_at_least_32_actions_over_all_six_kinds(card: Playbook) -> None:
    kinds = Counter(action.kind.value for action in card.actions.values())
    assert len(card.actions) >= 32
    assert {kind for kind in LEAST_OF_A_KIND if kinds[kind] < LEAST_OF_A_KIND[kind]} == set(), kinds


def test_the_telecom_book_has_at_least_8_actions_over_all_six_kinds_and_nothing_of_a_bank(card: Playbook, telecom: Playbook) -> None:
    assert len(telecom.actions) >= 8
    assert {action.kind for action in telecom.actions.values()} == set(ActionKind)
    assert not set(telecom.actions) & set(card.actions)
    bank = re.compile(r"信用卡|刷卡|账单日|credit card|\bloan\b")
    assert not [step.place for action in telecom.actions.values() for one in action.scripts for step in one.steps if bank.search(step.text)]


@pytest.mark.parametrize("name", ["card", "telecom"])
def test_every_action_is_said_in_both_languages_three_styles_aloud_and_in_writing(name: str, request: pytest.FixtureRequest) -> None:
    playbook: Playbook = request.getfixturevalue(name)
    wanted = {(language, style, medium) for language in ("zh-CN", "en") for style in ("warm", "concise", "expert") for medium in Medium}
    for action in playbook.actions.values():
        said = {(one.language, one.style, medium) for one in action.scripts if one.when is None for medium in spoken(playbook, one)}
        assert said >= wanted, (action.action_id, wanted - said)
        assert len(action.scripts) >= 12


@pytest.mark.parametrize("name", ["card", "telecom"])
def test_every_channel_has_words_for_every_action(name: str, request: pytest.FixtureRequest) -> None:
    playbook: Playbook = request.getfixturevalue(name)
    for action in playbook.actions.values():
        for channel in playbook.channels:
            languages = {one.language for one in action.scripts if one.when is None and channel in (one.channels or playbook.channels)}
            assert languages == set(playbook.languages), (action.action_id, channel)


@pytest.mark.parametrize("name", ["card", "telecom"])
def test_styles_differ_in_what_they_say_not_in_a_word(name: str, request: pytest.FixtureRequest) -> None:
    """Of one action in one language and medium, no two styles share four fifths of the wording of their pitch."""
    playbook: Playbook = request.getfixturevalue(name)
    for action in playbook.actions.values():
        for language in playbook.languages:
            for medium in Medium:
                usual = [one for one in action.scripts if one.when is None and one.language == language and medium in spoken(playbook, one)]
                for one, other in combinations(usual, 2):
                    assert SequenceMatcher(None, pitch(one), pitch(other)).ratio() < TOO_ALIKE, (one.script_id, other.script_id)


@pytest.mark.parametrize("name", ["card", "telecom"])
def test_no_sentence_is_used_for_two_actions_pitches(name: str, request: pytest.FixtureRequest) -> None:
    playbook: Playbook = request.getfixturevalue(name)
    owners: dict[str, set[str]] = {}
    for action in playbook.actions.values():
        for one in action.scripts:
            for step in one.steps:
                if step.stage is Stage.PROPOSE:
                    owners.setdefault(step.text, set()).add(action.action_id)
    assert not {text: actions for text, actions in owners.items() if len(actions) > 1}


@pytest.mark.parametrize("name", ["card", "telecom"])
def test_every_spoken_selling_script_answers_an_objection_and_reasons_for_a_no_are_named(name: str, request: pytest.FixtureRequest) -> None:
    playbook: Playbook = request.getfixturevalue(name)
    selling = [action for action in playbook.actions.values() if action.kind is ActionKind.SELL]
    for action in selling:
        assert len(action.decline_reasons) >= 3
        answered = {step.says for one in action.scripts for step in one.steps if step.stage is Stage.OBJECTION}
        assert len(answered) >= 4, action.action_id
        for one in action.scripts:
            assert any(step.stage is Stage.OBJECTION for step in one.steps), one.script_id


def test_the_arc_goes_from_opening_to_close(card: Playbook) -> None:
    order = {stage: number for number, stage in enumerate(Stage)}
    for action in card.actions.values():
        for one in action.scripts:
            stages = [step.stage for step in one.steps]
            assert stages[0] is Stage.OPEN and stages[-1] is Stage.CLOSE and Stage.PROPOSE in stages, one.script_id
            assert [order[stage] for stage in stages] == sorted(order[stage] for stage in stages), one.script_id


def test_where_money_is_committed_something_is_disclosed(card: Playbook) -> None:
    for action in card.actions.values():
        if action.kind is ActionKind.SELL:
            assert action.disclosures, action.action_id
            for one in action.scripts:
                assert set(action.disclosures) <= set(one.disclosures)


def test_moods_tiers_trips_and_directions_have_words_of_their_own(card: Playbook) -> None:
    read = {name for action in card.actions.values() for one in action.scripts if one.when for name in one.when.names}
    assert read >= {"scene.need", "customer.value_tier", "scene.contact_reason", "talk.direction"}
    fuller = [step for action in card.actions.values() for one in action.scripts for step in one.steps if step.newcomer]
    tighter = [step for action in card.actions.values() for one in action.scripts for step in one.steps if step.expert]
    assert len(fuller) >= 30 and len(tighter) >= 20


def test_all_policy_nouns_are_used(card: Playbook) -> None:
    assert {policy.stage for policy in card.engagement_policies} == set(PolicyStage)
    assert {(policy.level.value, policy.one_channel) for policy in card.contact_policies} >= {
        ("action", False),
        ("group", False),
        ("kind", False),
        ("kind", True),
    }
    actions: list[Action] = list(card.actions.values())
    assert {action.action_class for action in actions} == set(ActionClass)
    assert any(action.members for action in actions) and any(action.excludes for action in actions)
    assert frozenset().union(*(action.certificates for action in actions)) == card.certificates
    assert any(action.valid_until for action in actions)
    assert {name for policy in card.engagement_policies for name in policy.condition.names} >= {
        "facts.max_monthly_cost",
        "facts.money_is_tight",
        "facts.purchase_amount",
        "facts.trip_days",
    }


def test_what_the_simulated_centre_proposes_stays_in_the_book(card: Playbook) -> None:
    assert set(ACTION_IDS) <= set(card.actions)
    for name in ACTION_IDS:
        assert not card.actions[name].certificates, name


def test_articles_are_written_in_customers_words_in_both_languages(card: Playbook, telecom: Playbook) -> None:
    assert len(card.articles) >= 40 and len(telecom.articles) >= 6
    for article in (*card.articles.values(), *telecom.articles.values()):
        for language in card.languages:
            assert article.title[language] and article.answer[language]
            assert len(article.questions[language].splitlines()) >= 2, article.article_id
        assert article.contact_reasons
        assert 30 <= len(article.answer["zh-CN"]) <= 200, article.article_id
    assert frozenset().union(*(article.contact_reasons for article in card.articles.values())) == set(card.contact_reasons)


def depth(step: SopStep) -> int:
    return 1 + max((depth(child) for child in step.children), default=0)


def test_sops_unfold_level_by_level_in_both_languages(card: Playbook) -> None:
    assert len(card.sops) >= 10
    for sop in card.sops.values():
        assert sop.keywords and len(sop.steps) >= 3, sop.sop_id
        assert max(depth(step) for step in sop.steps) >= 2, sop.sop_id
    assert max(depth(step) for sop in card.sops.values() for step in sop.steps) >= 3


def test_greetings_differ_by_channel_season_and_brand(card: Playbook) -> None:
    for greetings in (card.openings, card.closings):
        for language in card.languages:
            own = [one for one in greetings if one.language == language]
            always = [one for one in own if one.season_from is None and not one.brand]
            assert frozenset().union(*(one.channels for one in always)) == set(card.channels)
            assert [one for one in own if one.season_from] and [one for one in own if one.brand]


def test_every_reason_is_heard_by_its_own_words_in_both_languages(card: Playbook, telecom: Playbook) -> None:
    for playbook in (card, telecom):
        reader = SceneReader(playbook)
        for reason in playbook.contact_reasons.values():
            for language in playbook.languages:
                assert len(reason.keywords[language]) >= 3
                for word in reason.keywords[language]:
                    assert reader.understand(word).contact_reason == reason.contact_reason, word


@pytest.mark.parametrize(
    ("said", "reason", "need"),
    [
        ("我信用卡好像落在出租车上了，急死了", "lost_card", "emotion"),
        ("钱包丢了，里面的卡怎么办", "lost_card", "issue"),
        ("这个月账单怎么多扣了一笔", "bill_query", "issue"),
        ("你们凭什么收我年费，太过分了", "fee_dispute", "emotion"),
        ("下周去日本旅行，卡在境外能用吗", "travel_notice", "issue"),
        ("有一笔不是我刷的，是不是盗刷", "fraud_alert", "issue"),
        ("I lost my wallet and I am terrified", "lost_card", "emotion"),
        ("my statement shows I was billed twice", "bill_query", "issue"),
    ],
)
def test_whole_sentences_are_understood(card: Playbook, said: str, reason: str | None, need: str) -> None:
    understood = SceneReader(card).understand(said)
    assert (understood.contact_reason, understood.need) == (reason, need)


def test_the_card_book_is_read_within_two_seconds_of_processor_time() -> None:
    parse_yaml.cache_clear()
    begun = time.process_time()
    load_playbook(default_book())
    assert time.process_time() - begun < 2.0
