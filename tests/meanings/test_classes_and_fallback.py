"""D10: promotional obeys everything, transactional is free of contact limits, mandatory stands on top and still obeys law, consent, certificates.
A request for k gets k while k allowed actions exist, and something is always said."""

from decision_world import TableScorer, World, action, book, customer, fell, limit, policy, script, service, shown, told

from playbooks.schema.words import ActionClass, PolicyStage

TIRED = customer(history=[told("presented", name, decision_id=f"d{n}{name}") for n in range(3) for name in ("promo", "trans", "must")])
CLASSES = [
    action("promo"),
    action("trans", action_class=ActionClass.TRANSACTIONAL),
    action("must", action_class=ActionClass.MANDATORY, value=0.0),
]


def test_only_promotional_actions_get_tired():
    decision = World(book(CLASSES, contact_policies=(limit(),)), TIRED).decide(limit=9)
    assert shown(decision)[:2] == ["must", "trans"]
    assert fell(decision, "promo") == ("contact", "tired")


def test_mandatory_stands_on_top_and_still_obeys_consent_and_certificates():
    certified = action("must", action_class=ActionClass.MANDATORY, certificates=frozenset({"credit"}))
    assert fell(World(book([certified])).decide(), "must") == ("certificate", "certificate")
    no_consent = World(book(CLASSES), customer(marketing_consent=0.0)).decide()
    assert fell(no_consent, "must") == ("consent", "marketing_consent")


def test_mandatory_obeys_law_and_is_free_of_price():
    law = policy("customer.age >= 18", "of_age", stage=PolicyStage.ELIGIBILITY)
    playbook = book(CLASSES, engagement_policies=(law,))
    assert fell(World(playbook, customer(age=17.0)).decide(), "must") == ("eligibility", "of_age")
    decision = World(playbook, customer(age=18.0), champion=TableScorer({"must": 0.0, "promo": 0.9, "trans": 0.8})).decide()
    assert shown(decision)[0] == "must", "worth nothing and never accepted, and still on top"


def test_k_are_shown_while_k_allowed_ones_exist():
    playbook = book([action(name) for name in "abcdef"])
    history = [told("declined", name, interaction_id="i1") for name in "ab"]
    assert len(shown(World(playbook, customer(history=history)).decide(limit=4))) == 4


def test_an_action_without_words_here_falls_before_the_cut():
    silent = action("a", scripts=(script("a", language="zh-CN"),))
    scorer = TableScorer({"a": 0.9, "b": 0.5, "c": 0.4})
    decision = World(book([silent, action("b"), action("c")]), champion=scorer).decide(limit=2)
    assert shown(decision) == ["b", "c"]
    assert fell(decision, "a") == ("script", "no_script")


def test_when_nothing_is_allowed_the_channels_fallback_answers():
    decision = World(book([action("a")]), customer(marketing_consent=0.0)).decide()
    assert shown(decision) == ["help"]


def test_the_fallback_comes_back_though_it_did_not_fit_the_moment():
    unfit = policy("scene.sentiment > 0.5", "cheerful_only", stage=PolicyStage.APPLICABILITY)
    decision = World(book([service("help")], engagement_policies=(unfit,))).decide()
    assert shown(decision) == ["help"]
