"""Opfølgninger: aftalt, flyttet, holdt til tiden, for sent eller ikke (domain.md afsnit 6)."""

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
        track | due        | held
        -     | 2024-04-01 | {held}
    """)


def test_a_follow_up_that_was_never_held_stands_unanswered():
    """Ikke holdt."""
    given("""
        day        | event            | details
        2024-01-10 | referred         | unit=ungeindsatsen citizen=b1
        2024-02-01 | follow_up_agreed | due=2024-04-01 track=social
    """).gives("""
        follow_ups
        track  | due        | held
        social | 2024-04-01 | -
    """)


def test_the_one_due_first_is_answered_first_whichever_was_agreed_first():
    """Den holdte besvarer fristen 1. april, selv om fristen 1. maj blev aftalt først."""
    given("""
        day        | event            | details
        2024-01-10 | referred         | unit=ungeindsatsen citizen=b1
        2024-02-01 | follow_up_agreed | due=2024-05-01
        2024-02-02 | follow_up_agreed | due=2024-04-01
        2024-03-25 | follow_up_held   | outcome=adjust
    """).gives("""
        follow_ups
        due        | held
        2024-04-01 | 2024-03-25
        2024-05-01 | -
    """)


def test_the_tracks_are_kept_apart_and_none_is_a_track_of_its_own():
    """Den holdte uden spor besvarer kun den, der er aftalt uden spor."""
    given("""
        day        | event            | details
        2024-01-10 | referred         | unit=ungeindsatsen citizen=b1
        2024-02-01 | follow_up_agreed | due=2024-03-01 track=social
        2024-02-01 | follow_up_agreed | due=2024-03-02 track=employment
        2024-02-01 | follow_up_agreed | due=2024-03-03
        2024-02-20 | follow_up_held   | outcome=continue
        2024-02-21 | follow_up_held   | outcome=continue track=employment
    """).gives("""
        follow_ups
        track      | due        | held
        social     | 2024-03-01 | -
        employment | 2024-03-02 | 2024-02-21
        -          | 2024-03-03 | 2024-02-20
    """)


def test_one_that_is_moved_does_not_count():
    """Flyttet fra 1. april til 15. april: kun den nye frist tæller."""
    given("""
        day        | event            | details
        2024-01-10 | referred         | unit=ungeindsatsen citizen=b1
        2024-02-01 | follow_up_agreed | due=2024-04-01
        2024-03-28 | follow_up_agreed | due=2024-04-15 moved_from=2024-04-01
        2024-04-10 | follow_up_held   | outcome=end
    """).gives("""
        follow_ups
        due        | held
        2024-04-15 | 2024-04-10
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
        agreed | due        | held
        3      | 2024-04-01 | -
        4      | 2024-04-15 | -
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
        due        | held
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
        track | due        | held
        -     | 2024-04-01 | 2024-03-20
        forum | 2024-04-01 | -
        -     | 2024-04-15 | -
    """)


@pytest.mark.parametrize(("closed", "counted"), [("2024-03-31", False), ("2024-04-01", False), ("2024-04-02", True)])
def test_one_is_not_counted_when_the_case_closes_on_or_before_its_due_day(closed, counted):
    """Lukket dagen før fristen eller på fristdagen: tæller ikke. Lukket dagen efter: ikke holdt."""
    given(f"""
        day        | event            | details
        2024-01-10 | referred         | unit=ungeindsatsen citizen=b1
        2024-02-01 | follow_up_agreed | due=2024-04-01
        {closed} | closed           | reason=education
    """).gives(f"""
        follow_ups
        due        | held
        {"2024-04-01 | -" if counted else ""}
    """)


def test_one_held_before_the_closing_is_counted():
    """Holdt i marts, lukket på fristdagen: den var besvaret."""
    given("""
        day        | event            | details
        2024-01-10 | referred         | unit=ungeindsatsen citizen=b1
        2024-02-01 | follow_up_agreed | due=2024-04-01
        2024-03-20 | follow_up_held   | outcome=end
        2024-04-01 | rejected         | forum=samarbejdsforum_ung reason=declined
    """).gives("""
        follow_ups
        due        | held
        2024-04-01 | 2024-03-20
    """)


def test_an_overdue_one_may_be_answered_after_the_reopening_but_not_while_closed():
    """Fristen var overskredet, da sagen lukkede: den står stadig og besvares, da sagen er genoptaget."""
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
        due        | held
        2024-03-01 | 2024-04-25
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
        due        | held
        2024-03-01 | 2024-02-20
    """)
