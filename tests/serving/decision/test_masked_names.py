"""A name is said whole by our own people, masked by those from outside (T2), and not at all where others read along."""

from dataclasses import replace

import decision_world
import pytest
from decision_world import SCHEMA, World, action, book, customer, moment, script

from features.customer import FeatureSchema
from playbooks.render import Renderer
from playbooks.schema.playbook import Channel
from playbooks.schema.script import Step
from playbooks.schema.words import Medium, Stage
from serving.decision.moment import Agent

NAMED = FeatureSchema(SCHEMA.numbers, (*SCHEMA.texts, "attr_customer_name"))
WORDS = Step(Stage.PROPOSE, "{{ customer_name }}，您好。", 2.0, variants=("您好。",))


def said(monkeypatch, agent: Agent, channel: str = "app") -> str:
    offered = action("a", scripts=(script("a", language="zh-CN", steps=(WORDS,)),))
    playbook = book((offered,))
    playbook = replace(playbook, channels={**playbook.channels, "weibo": Channel("weibo", Medium.TEXT, 0.0, "help", public=True)})
    monkeypatch.setattr(decision_world, "PlainRenderer", lambda: Renderer(playbook))
    world = World(playbook, customer(schema=NAMED, attr_customer_name="王小明"))
    decision = world.decider.decide(moment(language="zh-CN", agent=agent, channel=channel))
    return next(card for card in decision.actions if card.action_id == "a").script.steps[0].text


@pytest.mark.parametrize(
    ("agent", "channel", "name"),
    [(Agent("g"), "app", "王小明"), (Agent("g", outside=True), "app", "王**"), (Agent("g"), "weibo", "")],
)
def test_who_hears_the_name_depends_on_who_says_it_and_where(monkeypatch, agent, channel, name):
    text = said(monkeypatch, agent, channel)
    assert name in text
    assert ("小明" in text) is (name == "王小明")
    assert text.endswith("您好。")
