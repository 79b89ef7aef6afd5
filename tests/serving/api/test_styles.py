"""What customers answer to a style comes back, counts once, and is shown."""


def told(desk) -> dict[str, tuple[int, int]]:
    desk.service.learn_styles()
    body = desk.get("/v1/playbooks/styles", "manager").json()
    return {style["style"]: (style["count"], style["yes"]) for segment in body["segments"] for style in segment["styles"] if style["count"]}


def test_an_answer_counts_for_the_style_it_was_said_in_and_once(desk):
    assert told(desk) == {}
    decision = desk.decide()
    card = decision["actions"][0]
    for outcome in ("accepted", "converted"):
        report = {"decision_id": decision["decision_id"], "action_id": card["action_id"], "outcome": outcome}
        assert desk.post("/v1/outcomes", report).status_code == 201
        assert told(desk) == {card["script"]["style"]: (1, 1)}
    other = desk.decide("another", "c002")
    declined = {"decision_id": other["decision_id"], "action_id": other["actions"][0]["action_id"], "outcome": "declined"}
    assert desk.post("/v1/outcomes", declined).status_code == 201
    counted = told(desk)
    assert (sum(count for count, _ in counted.values()), sum(yes for _, yes in counted.values())) == (2, 1)


def test_without_news_what_was_worked_out_stays(desk):
    decision = desk.decide()
    report = {"decision_id": decision["decision_id"], "action_id": decision["actions"][0]["action_id"], "outcome": "accepted"}
    assert desk.post("/v1/outcomes", report).status_code == 201
    desk.service.learn_styles()
    believed = desk.service.styles.of("default")
    desk.service.learn_styles()
    assert desk.service.styles.of("default") is believed
