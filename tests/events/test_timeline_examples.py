"""The examples of the User Guide 3.1.0 that say something about time, with only what they say about it."""

from datetime import UTC, datetime, timedelta

import pytest

from events.timeline import Timing, in_force, schedule, sub_windows

# When the events below are written.
NOW = datetime(2025, 3, 14, 12, 0, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def scheduled(**timing):
    return schedule(Timing.of(**timing), now=NOW)


def spans(windows):
    return [(window.interval_id, window.starts_at, window.ends_at) for window in windows]


def utc(year, month, day, hour=0, minute=0):
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def test_7_2_3_minimal_event():
    event = scheduled(period=("2023-02-10T00:00:00.000Z", "PT1H"), intervals=[(0, None, None)])

    assert spans(event.windows) == [(0, utc(2023, 2, 10), utc(2023, 2, 10, 1))]
    assert (event.starts_at, event.ends_at) == (utc(2023, 2, 10), utc(2023, 2, 10, 1))


@pytest.mark.parametrize("start", ["0001-01-01", "0001-01-01T00:00:00"])
def test_7_3_a_do_it_now_alert_lasts_from_now_on(start):
    event = scheduled(period=(start, "P9999Y"), intervals=[(0, None, None)])

    assert spans(event.windows) == [(0, NOW, None)]
    assert event.ends_at is None


def test_7_3_a_client_that_reads_at_6_skips_ahead_in_25_hourly_prices_since_midnight():
    event = scheduled(
        period=("2025-03-14T00:00:00Z", "PT1H"), intervals=[(hour, None, None) for hour in range(25)]
    )

    assert spans(in_force(event, utc(2025, 3, 14, 6))) == [(6, utc(2025, 3, 14, 6), utc(2025, 3, 14, 7))]
    assert event.ends_at == utc(2025, 3, 15, 1)


@pytest.mark.parametrize("own_start", ["0001-01-01", "0001-01-01T00:00:00"])
def test_7_3_a_first_interval_at_the_beginning_of_time_starts_with_the_event(own_start):
    event = scheduled(period=("2025-06-25T00:00:00Z", "PT1H"), intervals=[(0, own_start, None)])

    assert spans(event.windows) == [(0, utc(2025, 6, 25), utc(2025, 6, 25, 1))]


def test_7_3_a_first_interval_at_the_beginning_of_time_without_a_period_of_the_event_is_done_now():
    event = scheduled(intervals=[(0, "0001-01-01", "PT1H")])

    assert spans(event.windows) == [(0, NOW, NOW + HOUR)]


def test_7_3_a_later_interval_at_the_beginning_of_time_follows_the_one_before():
    event = scheduled(intervals=[(0, "2025-06-25T00:00:00Z", "PT3H"), (1, "0001-01-01", "PT1H")])

    assert spans(event.windows)[1] == (1, utc(2025, 6, 25, 3), utc(2025, 6, 25, 4))


def test_7_3_1_three_prices_in_one_interval_are_an_hour_each():
    event = scheduled(intervals=[(0, "2025-06-25T00:00:00.000Z", "PT3H")])

    assert spans(sub_windows(event.windows[0], 3)) == [
        (0, utc(2025, 6, 25, 0), utc(2025, 6, 25, 1)),
        (0, utc(2025, 6, 25, 1), utc(2025, 6, 25, 2)),
        (0, utc(2025, 6, 25, 2), utc(2025, 6, 25, 3)),
    ]


@pytest.fixture
def daily_prices():
    return {
        "period": ("2025-06-25T00:00:00Z", "PT1H"),
        "intervals": [(hour, None, None) for hour in range(24)],
    }


def test_7_3_a_tariff_of_24_hourly_prices_persists_indefinitely(daily_prices):
    event = scheduled(**daily_prices, duration="P9999Y")

    assert (event.every, event.ends_at) == (timedelta(days=1), None)
    assert spans(in_force(event, utc(2031, 1, 1, 17, 30))) == [(17, utc(2031, 1, 1, 17), utc(2031, 1, 1, 18))]


def test_7_3_24_hourly_prices_are_repeated_for_a_week(daily_prices):
    event = scheduled(**daily_prices, duration="P7D")

    assert (event.every, event.ends_at) == (timedelta(days=1), utc(2025, 7, 2))
    assert spans(in_force(event, utc(2025, 7, 1, 23))) == [(23, utc(2025, 7, 1, 23), utc(2025, 7, 2))]
    assert in_force(event, utc(2025, 7, 2)) == []


def test_7_3_a_duration_of_12_hours_omits_the_last_12_of_24_hourly_prices(daily_prices):
    event = scheduled(**daily_prices, duration="PT12H")

    assert [window.interval_id for window in event.windows] == list(range(12))
    assert (event.every, event.ends_at) == (None, utc(2025, 6, 25, 12))


def test_7_4_1_the_second_interval_has_a_duration_of_its_own():
    event = scheduled(
        period=("2023-02-10T00:00:00.000Z", "PT1H"), intervals=[(0, None, None), (1, None, "PT2H")]
    )

    assert spans(event.windows) == [
        (0, utc(2023, 2, 10, 0), utc(2023, 2, 10, 1)),
        (1, utc(2023, 2, 10, 1), utc(2023, 2, 10, 3)),
    ]


def test_7_5_looping_intervals_are_repeated_for_ever():
    event = scheduled(
        period=("2025-03-14T00:00:00Z", "PT1H"),
        duration="P9999Y",
        intervals=[(0, None, None), (1, None, None), (2, None, None)],
    )

    assert (event.every, event.ends_at) == (3 * HOUR, None)


def test_7_5_a_report_only_event_without_any_timing_stands_until_it_is_changed():
    event = scheduled(report_only=True)

    assert (event.windows, event.starts_at, event.ends_at) == ((), None, None)


def test_7_5_a_report_only_event_with_intervals_ends_with_them():
    event = scheduled(
        period=("2025-03-14T00:00:00Z", "PT1H"),
        intervals=[(0, None, None), (1, None, None)],
        report_only=True,
    )

    assert event.ends_at == utc(2025, 3, 14, 2)


def test_7_7_1_aggregated_report_request():
    event = scheduled(period=("2023-02-10T00:00:00.000Z", "PT1H"), intervals=[(0, None, None)])

    assert event.ends_at == utc(2023, 2, 10, 1)


def test_7_9_minimal_start_and_duration_cancel_an_event():
    event = scheduled(period=("0001-01-01", "PT0S"), intervals=[(0, None, None), (1, None, None)])

    assert spans(event.windows) == [(0, NOW, NOW), (1, NOW, NOW)]
    assert event.ends_at == NOW
    assert in_force(event, NOW) == []


@pytest.mark.parametrize("section", ["8.1-1 alert", "8.2-1 simple", "8.5-1 load control"])
def test_8_1_8_2_8_5_one_interval_of_four_hours(section):
    event = scheduled(period=("2025-03-14T00:00:00.000Z", "PT4H"), intervals=[(0, None, None)])

    assert spans(event.windows) == [(0, utc(2025, 3, 14), utc(2025, 3, 14, 4))]


def test_8_3_2_day_ahead_prices():
    event = scheduled(
        period=("2023-02-10T00:00:00.000Z", "PT1H"), intervals=[(0, None, None), (1, None, None)]
    )

    assert spans(event.windows) == [
        (0, utc(2023, 2, 10, 0), utc(2023, 2, 10, 1)),
        (1, utc(2023, 2, 10, 1), utc(2023, 2, 10, 2)),
    ]


def test_8_4_2_inverter_curve_of_one_hour():
    event = scheduled(period=("2025-03-14T00:00:00.000Z", "PT1H"), intervals=[(0, None, None)])

    assert spans(event.windows) == [(0, utc(2025, 3, 14), utc(2025, 3, 14, 1))]


def test_8_6_1_a_request_for_state_of_charge_stands_though_it_takes_no_time():
    event = scheduled(period=("0001-01-01", "PT0H"), report_only=True)

    assert (event.windows, event.starts_at, event.ends_at) == ((), NOW, None)


def test_8_7_1_capability_forecast_has_48_implied_intervals_of_an_hour():
    event = scheduled(period=("2023-02-10T00:00:00.000Z", "PT1H"), report_only=True, num_intervals=48)

    assert len(event.windows) == 48
    assert spans(event.windows)[47] == (None, utc(2023, 2, 11, 23), utc(2023, 2, 12))
    assert all(window.is_implied for window in event.windows)
    assert event.ends_at is None


def test_8_8_1_operational_forecast_has_24_implied_intervals_and_is_requested_indefinitely():
    event = scheduled(period=("2023-02-10T00:00:00.000Z", "PT1H"), report_only=True, num_intervals=24)

    assert len(event.windows) == 24
    assert event.ends_at is None
    assert spans(in_force(event, NOW)) == [(None, NOW, NOW + HOUR)]


@pytest.mark.parametrize("section", ["8.9.3-1 dispatch", "8.9.3-2 setpoint", "8.9.3-3 with report"])
def test_8_9_3_a_setpoint_without_end(section):
    event = scheduled(period=("2023-02-10T00:00:00.000Z", "P9999Y"), intervals=[(0, None, None)])

    assert spans(event.windows) == [(0, utc(2023, 2, 10), None)]
    assert event.ends_at is None


def test_8_10_1_1_two_contiguous_half_hours():
    event = scheduled(
        period=("2023-02-10T00:00:00.000Z", "PT30M"), intervals=[(0, None, None), (1, None, None)]
    )

    assert spans(event.windows) == [
        (0, utc(2023, 2, 10), utc(2023, 2, 10, 0, 30)),
        (1, utc(2023, 2, 10, 0, 30), utc(2023, 2, 10, 1)),
    ]


def test_8_10_2_1_a_capacity_subscription_without_end():
    event = scheduled(period=("2023-02-10T00:00:00.000Z", "P9999Y"), intervals=[(0, None, None)])

    assert event.ends_at is None


def test_8_10_2_2_a_request_for_reservations_stands():
    event = scheduled(period=("0001-01-01", "PT0H"), report_only=True)

    assert event.ends_at is None


def test_8_10_2_4_a_reservation_that_takes_no_time_looks_like_a_cancelled_event():
    """It carries payloads, so nothing tells it from an event that was cancelled as §7.9 says."""
    event = scheduled(period=("0001-01-01", "PT0H"), intervals=[(0, "0001-01-01", "PT0H")])

    assert spans(event.windows) == [(0, NOW, NOW)]
    assert event.ends_at == NOW


def test_8_10_2_5_the_interval_overrides_a_period_that_takes_no_time():
    event = scheduled(period=("0001-01-01", "PT0H"), intervals=[(0, "2023-02-10T00:00:00.000Z", "PT1H")])

    assert spans(event.windows) == [(0, utc(2023, 2, 10), utc(2023, 2, 10, 1))]


def test_8_12_1_a_dispatch_with_a_space_in_its_start():
    event = scheduled(intervals=[(0, "2025-02-13 19:00:00.000Z", "PT2H")])

    assert spans(event.windows) == [(0, utc(2025, 2, 13, 19), utc(2025, 2, 13, 21))]


def test_8_12_2_the_second_interval_of_the_updated_dispatch_follows_the_first():
    event = scheduled(intervals=[(0, "2025-02-13T19:00:00.000Z", "PT1H"), (1, None, "PT2H")])

    assert spans(event.windows) == [
        (0, utc(2025, 2, 13, 19), utc(2025, 2, 13, 20)),
        (1, utc(2025, 2, 13, 20), utc(2025, 2, 13, 22)),
    ]


def test_8_13_4_an_event_that_says_nothing_about_time_is_always_there():
    event = scheduled()

    assert (event.windows, event.starts_at, event.ends_at) == ((), None, None)
