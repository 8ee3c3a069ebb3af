"""Opfølgninger: aftalt, flyttet, holdt, overhalet eller endt med sagen (domain.md afsnit 4 og 6, version 2)."""

import pytest

from tests.support.given import given


@pytest.mark.parametrize("held", ["2024-03-01", "2024-04-01", "2024-04-02", "2025-01-01"])
def test_a_follow_up_is_answered_by_the_one_held(held):
    """Før fristen, på fristdagen, dagen efter, længe efter: rækken siger hvornår, figuren om det var til tiden."""
    given(f"""
        day        | event            | details
        2024-01-10 | referred         | unit=ungeindsatsen citizen=b1
        2024-02-01 | follow_up_agreed | due=2024-04-01
        {held} | follow_up_held   | outcome=continue
    """).gives(f"""
        follow_ups
        track | due        | valid_from | valid_to | outcome
        -     | 2024-04-01 | 2024-02-01 | {held} | held
    """)


def test_a_follow_up_that_was_never_held_stands_unanswered():
    """Ikke holdt."""
    given("""
        day        | event            | details
        2024-01-10 | referred         | unit=ungeindsatsen citizen=b1
        2024-02-01 | follow_up_agreed | due=2024-04-01 track=social
    """).gives("""
        follow_ups
        track  | due        | valid_to | outcome
        social | 2024-04-01 | …        | -
    """)


def test_the_one_whose_due_day_is_nearest_is_answered_whichever_was_agreed_first():
    """Den holdte besvarer fristen 1. april, selv om fristen 1. maj blev aftalt først."""
    given("""
        day        | event            | details
        2024-01-10 | referred         | unit=ungeindsatsen citizen=b1
        2024-02-01 | follow_up_agreed | due=2024-05-01
        2024-02-02 | follow_up_agreed | due=2024-04-01
        2024-03-25 | follow_up_held   | outcome=adjust
    """).gives("""
        follow_ups
        due        | valid_to   | outcome
        2024-04-01 | 2024-03-25 | held
        2024-05-01 | …          | -
    """)


def test_one_missed_does_not_make_those_held_on_the_agreed_day_late():
    """Den første blev aldrig holdt; de tre næste blev holdt på dagen: den første er overhalet, de tre er til tiden."""
    given("""
        day        | event            | details
        2024-01-10 | referred         | unit=ungeindsatsen citizen=b1
        2024-01-10 | follow_up_agreed | due=2024-02-01
        2024-02-20 | follow_up_agreed | due=2024-04-01
        2024-04-01 | follow_up_held   | outcome=continue
        2024-04-01 | follow_up_agreed | due=2024-06-01
        2024-06-01 | follow_up_held   | outcome=continue
        2024-06-01 | follow_up_agreed | due=2024-08-01
        2024-08-01 | follow_up_held   | outcome=continue
    """).gives("""
        follow_ups
        due        | valid_to   | outcome
        2024-02-01 | 2024-04-01 | overtaken
        2024-04-01 | 2024-04-01 | held
        2024-06-01 | 2024-06-01 | held
        2024-08-01 | 2024-08-01 | held
    """)


@pytest.mark.parametrize(
    ("held", "answered"), [("2024-04-10", "2024-04-01"), ("2024-04-11", "2024-04-01"), ("2024-04-12", "2024-04-21")]
)
def test_of_two_as_near_the_earlier_is_answered(held, answered):
    """Fristerne er 1. og 21. april: den 11. er lige langt fra begge."""
    overtaken = answered == "2024-04-21"
    given(f"""
        day        | event            | details
        2024-01-10 | referred         | unit=ungeindsatsen citizen=b1
        2024-02-01 | follow_up_agreed | due=2024-04-21
        2024-02-02 | follow_up_agreed | due=2024-04-01
        {held} | follow_up_held   | outcome=continue
    """).gives(f"""
        follow_ups
        due        | valid_to | outcome
        2024-04-01 | {held} | {"overtaken" if overtaken else "held"}
        2024-04-21 | {held + " | held" if overtaken else "… | -"}
    """)


def test_of_two_due_on_the_same_day_the_first_agreed_is_answered_and_the_other_is_not_overtaken():
    """Overhalet er kun den, hvis frist ligger før den besvaredes."""
    given("""
        nr | day        | event            | details
        1  | 2024-01-10 | referred         | unit=ungeindsatsen citizen=b1
        2  | 2024-02-01 | follow_up_agreed | due=2024-04-01
        3  | 2024-02-02 | follow_up_agreed | due=2024-04-01
        4  | 2024-04-02 | follow_up_held   | outcome=continue
    """).gives("""
        follow_ups
        agreed | valid_to   | outcome
        2      | 2024-04-02 | held
        3      | …          | -
    """)


def test_the_tracks_are_kept_apart_and_none_is_a_track_of_its_own():
    """Den holdte uden spor besvarer kun den, der er aftalt uden spor, og overhaler ingen på de andre spor."""
    given("""
        day        | event            | details
        2024-01-10 | referred         | unit=ungeindsatsen citizen=b1
        2024-02-01 | follow_up_agreed | due=2024-02-02 track=social
        2024-02-01 | follow_up_agreed | due=2024-03-02 track=employment
        2024-02-01 | follow_up_agreed | due=2024-03-03
        2024-02-20 | follow_up_held   | outcome=continue
        2024-02-21 | follow_up_held   | outcome=continue track=employment
    """).gives("""
        follow_ups
        track      | due        | valid_to   | outcome
        social     | 2024-02-02 | …          | -
        employment | 2024-03-02 | 2024-02-21 | held
        -          | 2024-03-03 | 2024-02-20 | held
    """)


def test_one_that_is_moved_is_answered_no_more():
    """Flyttet fra 1. april til 15. april: den første er flyttet, den anden holdt."""
    given("""
        day        | event            | details
        2024-01-10 | referred         | unit=ungeindsatsen citizen=b1
        2024-02-01 | follow_up_agreed | due=2024-04-01
        2024-03-28 | follow_up_agreed | due=2024-04-15 moved_from=2024-04-01
        2024-04-10 | follow_up_held   | outcome=end
    """).gives("""
        follow_ups
        due        | valid_to   | outcome
        2024-04-01 | 2024-03-28 | moved
        2024-04-15 | 2024-04-10 | held
    """)


def test_of_two_due_on_the_day_the_first_agreed_is_moved():
    """Den første ubesvarede på sporet med den frist."""
    given("""
        nr | day        | event            | details
        1  | 2024-01-10 | referred         | unit=ungeindsatsen citizen=b1
        2  | 2024-02-01 | follow_up_agreed | due=2024-04-01
        3  | 2024-02-02 | follow_up_agreed | due=2024-04-01
        4  | 2024-03-28 | follow_up_agreed | due=2024-04-15 moved_from=2024-04-01
    """).gives("""
        follow_ups
        agreed | due        | valid_to   | outcome
        2      | 2024-04-01 | 2024-03-28 | moved
        3      | 2024-04-01 | …          | -
        4      | 2024-04-15 | …          | -
    """)


def test_a_move_from_a_day_that_none_is_due_on_moves_nothing():
    """Begge tæller; at der ikke var noget at flytte, er et fund."""
    given("""
        day        | event            | details
        2024-01-10 | referred         | unit=ungeindsatsen citizen=b1
        2024-02-01 | follow_up_agreed | due=2024-04-01
        2024-03-28 | follow_up_agreed | due=2024-04-15 moved_from=2024-04-02
    """).gives("""
        follow_ups
        due        | outcome
        2024-04-01 | -
        2024-04-15 | -
    """)


def test_one_that_is_held_or_of_another_track_is_not_moved():
    """Kun en ubesvaret på samme spor kan flyttes."""
    given("""
        day        | event            | details
        2024-01-10 | referred         | unit=ungeindsatsen citizen=b1
        2024-02-01 | follow_up_agreed | due=2024-04-01
        2024-02-01 | follow_up_agreed | due=2024-04-01 track=forum
        2024-03-20 | follow_up_held   | outcome=continue
        2024-03-28 | follow_up_agreed | due=2024-04-15 moved_from=2024-04-01
    """).gives("""
        follow_ups
        track | due        | outcome
        -     | 2024-04-01 | held
        forum | 2024-04-01 | -
        -     | 2024-04-15 | -
    """)


@pytest.mark.parametrize(
    "ending", ["closed | reason=education", "rejected | forum=kv_udvalg reason=other", "merged_into | case=N-2"]
)
@pytest.mark.parametrize("day", ["2024-03-31", "2024-04-01", "2024-04-02"])
def test_an_ending_ends_all_that_are_unanswered_whenever_they_were_due(ending, day):
    """Sagen slutter før fristen, på fristdagen eller efter: opfølgningen endte med den; figuren ser på, hvilken dag der kom først."""
    given(f"""
        day        | event            | details
        2024-01-10 | referred         | unit=ungeindsatsen citizen=b1
        2024-02-01 | follow_up_agreed | due=2024-04-01
        {day} | {ending}
    """).gives(f"""
        follow_ups
        due        | valid_to | outcome
        2024-04-01 | {day} | closed
    """)


def test_one_held_before_the_closing_is_held():
    """Holdt i marts, lukket på fristdagen: den var besvaret."""
    given("""
        day        | event            | details
        2024-01-10 | referred         | unit=ungeindsatsen citizen=b1
        2024-02-01 | follow_up_agreed | due=2024-04-01
        2024-03-20 | follow_up_held   | outcome=end
        2024-04-01 | rejected         | forum=samarbejdsforum_ung reason=declined
    """).gives("""
        follow_ups
        due        | valid_to   | outcome
        2024-04-01 | 2024-03-20 | held
    """)


def test_none_is_answered_after_the_reopening_since_the_closing_ended_all():
    """Fristen var overskredet, da sagen lukkede: den endte med sagen og besvares ikke, da sagen er genoptaget."""
    given("""
        day        | event            | details
        2024-01-10 | referred         | unit=ungeindsatsen citizen=b1
        2024-02-01 | follow_up_agreed | due=2024-03-01
        2024-02-01 | follow_up_agreed | due=2024-05-01
        2024-04-01 | closed           | reason=other
        2024-04-10 | follow_up_held   | outcome=continue
        2024-04-20 | reopened         |
        2024-04-25 | follow_up_held   | outcome=continue
    """).gives("""
        follow_ups
        due        | valid_to   | outcome
        2024-03-01 | 2024-04-01 | closed
        2024-05-01 | 2024-04-01 | closed
    """)


def test_one_more_held_than_agreed_answers_nothing():
    """Der er ingen ubesvaret tilbage."""
    given("""
        day        | event            | details
        2024-01-10 | referred         | unit=ungeindsatsen citizen=b1
        2024-02-01 | follow_up_agreed | due=2024-03-01
        2024-02-20 | follow_up_held   | outcome=continue
        2024-02-21 | follow_up_held   | outcome=continue
    """).gives("""
        follow_ups
        due        | valid_to   | outcome
        2024-03-01 | 2024-02-20 | held
    """)
