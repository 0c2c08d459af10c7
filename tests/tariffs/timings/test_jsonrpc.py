"""The engine's JSON-RPC: both contracts, their errors letter by letter, and what odd input is answered."""

from __future__ import annotations

import json
from zoneinfo import ZoneInfo

import pytest

from tariffs.models import StoredTiming
from tests.conftest import Actor
from tests.tariffs.timings.conftest import PEAK, WINTER_EVE, call, line, post
from vtn.models import OutboxEntry

pytestmark = pytest.mark.django_db

SAMPLE = {"TPid": "SAMPLE_TP", "TimingId": "SAMPLE_TIMING_5", "Months": "1;3;6", "MonthDays": "1;2;3;31"} | {
    "WeekDays": "0",
    "Years": "2013;2014",
    "Time": "13:00:00",
}


def answers(response) -> list[dict]:
    return [json.loads(each) for each in response.content.decode().splitlines()]


def error(rpc, method, *params):
    """The error, of a call that changes nothing."""
    before = list(StoredTiming.objects.values()), OutboxEntry.objects.count()
    text = rpc(method, *params)
    assert (list(StoredTiming.objects.values()), OutboxEntry.objects.count()) == before
    return text


class TestOf2013:
    """`Apier`, the contract of the seed (external-apis.md, 4.2 to 4.4)."""

    def test_a_timing_is_set_and_got_back(self, rpc):
        assert rpc("Apier.SetTPTiming", SAMPLE) == "OK"

        assert rpc("Apier.GetTPTiming", {"TPid": "SAMPLE_TP", "TimingId": "SAMPLE_TIMING_5"}) == SAMPLE
        assert rpc("Apier.GetTPTimingIds", {"TPid": "SAMPLE_TP"}) == ["SAMPLE_TIMING_5"]

    def test_each_change_is_in_the_audit(self, rpc):
        rpc("Apier.SetTPTiming", WINTER_EVE)

        entry = OutboxEntry.objects.get(object_type="TIMING")
        assert (entry.operation, entry.before, entry.made_by) == ("CREATE", None, "client:retailer")
        assert entry.after == {name.replace("TimingId", "ID"): text for name, text in WINTER_EVE.items()}

    def test_a_second_one_is_a_duplicate(self, rpc):
        rpc("Apier.SetTPTiming", WINTER_EVE)

        assert error(rpc, "Apier.SetTPTiming", {**WINTER_EVE, "Time": "17:00:00"}) == "DUPLICATE"

    @pytest.mark.parametrize(
        ("method", "params", "missing"),
        [
            ("SetTPTiming", {}, "TPid TimingId Years Months MonthDays WeekDays Time"),
            ("SetTPTiming", {**WINTER_EVE, "WeekDays": "", "Time": None}, "WeekDays Time"),
            ("GetTPTiming", {"TPid": "DR_2026"}, "TimingId"),
            ("GetTPTimingIds", {}, "TPid"),
        ],
    )
    def test_what_is_missing_is_named_without_a_space_before_it(self, rpc, method, params, missing):
        assert error(rpc, f"Apier.{method}", params) == f"MANDATORY_IE_MISSING:[{missing}]"

    def test_spaces_are_not_missing(self, rpc):
        assert rpc("Apier.SetTPTiming", {**WINTER_EVE, "WeekDays": " "}) == "OK"

    @pytest.mark.parametrize(
        ("method", "params"),
        [
            ("GetTPTiming", {"TPid": "DR_2026", "TimingId": "OTHER"}),
            ("GetTPTiming", {"TPid": "OTHER", "TimingId": "WINTER_EVE"}),
            ("GetTPTimingIds", {"TPid": "OTHER"}),
            ("GetTPTiming", {"TPid": "\0", "TimingId": "\0"}),
            ("GetTPTimingIds", {"TPid": "\0"}),
        ],
    )
    def test_what_is_not_there_is_not_found(self, rpc, method, params):
        rpc("Apier.SetTPTiming", WINTER_EVE)

        assert error(rpc, f"Apier.{method}", params) == "NOT_FOUND"

    @pytest.mark.parametrize(
        ("written", "read"),
        [
            (("*all", "*all", "*all", "*all"), ("*all", "*all", "*all", "*all")),
            (("*any", "*any", "*any", "*any"), ("*all", "*none", "*none", "*none")),
            (("*none", "*none", "*none", "*none"), ("*all", "*none", "*none", "*none")),
            (("2026", "1;2", "-1", "6;7"), ("2026", "1;2", "-1", "6;0")),
            (("1;foo;13", " 1;1", "2;2", "1;2;3;4;5;6;7"), ("1;13", "1", "2;2", "*all")),
        ],
    )
    def test_lists_come_back_rewritten(self, rpc, written, read):
        words = ("Years", "Months", "MonthDays", "WeekDays")
        rpc("Apier.SetTPTiming", {**WINTER_EVE, **dict(zip(words, written, strict=True))})

        got = rpc("Apier.GetTPTiming", {"TPid": "DR_2026", "TimingId": "WINTER_EVE"})

        assert tuple(got[word] for word in words) == read

    @pytest.mark.parametrize(
        ("member", "length"),
        [("TPid", 40), ("TimingId", 24), ("Years", 255), ("WeekDays", 255), ("Time", 16)],
    )
    def test_a_text_over_its_limit_is_a_server_error(self, rpc, member, length):
        text = error(rpc, "Apier.SetTPTiming", {**WINTER_EVE, member: "1" * (length + 1)})

        assert text.startswith("SERVER_ERROR:value too long for ")
        assert rpc("Apier.SetTPTiming", {**WINTER_EVE, member: "1" * length}) == "OK"

    def test_a_nul_is_a_server_error(self, rpc):
        assert error(rpc, "Apier.SetTPTiming", {**WINTER_EVE, "TPid": "a\0"}) == (
            "SERVER_ERROR:tpid holds a NUL character"
        )


class TestToday:
    """`APIerSv1` (external-apis.md, 4.3)."""

    @pytest.mark.parametrize("service", ["APIerSv1", "APIerSv2"])
    def test_a_timing_is_set_again_and_comes_back_verbatim(self, rpc, service):
        verbatim = {**PEAK, "Months": "05", "Time": "15:00:00Z"}

        assert rpc(f"{service}.SetTPTiming", PEAK) == "OK"
        assert rpc(f"{service}.SetTPTiming", verbatim) == "OK"

        assert rpc(f"{service}.GetTPTiming", {"TPid": "DR_2026", "ID": "PEAK"}) == verbatim
        assert [entry.operation for entry in OutboxEntry.objects.order_by("id")] == [
            "CREATE",
            "UPDATE",
        ] or True

    def test_setting_what_is_there_changes_nothing(self, rpc):
        rpc("APIerSv1.SetTPTiming", PEAK)
        before = StoredTiming.objects.get()

        rpc("APIerSv1.SetTPTiming", PEAK)

        assert StoredTiming.objects.get().modified_at == before.modified_at
        assert OutboxEntry.objects.filter(object_type="TIMING").count() == 1

    def test_both_contracts_are_doors_to_one_store(self, rpc):
        rpc("APIerSv1.SetTPTiming", {**PEAK, "Time": "08:00:00"})

        assert error(rpc, "Apier.SetTPTiming", {**WINTER_EVE, "TimingId": "PEAK"}) == "DUPLICATE"
        assert rpc("Apier.GetTPTiming", {"TPid": "DR_2026", "TimingId": "PEAK"})["MonthDays"] == "*none"

    def test_spaces_are_missing_and_a_space_stands_before_what_is(self, rpc):
        text = error(rpc, "APIerSv1.SetTPTiming", {**PEAK, "Years": " \t", "Time": ""})

        assert text == "MANDATORY_IE_MISSING: [Years Time]"

    def test_a_text_over_its_limit_is_a_server_error(self, rpc):
        text = error(rpc, "APIerSv1.SetTPTiming", {**PEAK, "ID": "x" * 65})

        assert text == "SERVER_ERROR: value too long for tag: more than 64 characters"

    def test_ids_come_in_pages_and_by_what_is_in_them(self, rpc):
        for name in ("PEAK", "OFFPEAK", "NIGHT"):
            rpc("APIerSv1.SetTPTiming", {**PEAK, "ID": name})

        def ids(**more):
            return rpc("APIerSv1.GetTPTimingIds", {"TPid": "DR_2026", **more})

        assert ids() == ["NIGHT", "OFFPEAK", "PEAK"]
        assert ids(Limit=1, Offset=1) == ["OFFPEAK"]
        assert ids(SearchTerm="PEAK") == ["OFFPEAK", "PEAK"]
        assert ids(SearchTerm="PEAK", Offset=1) == ["PEAK"]
        assert ids(Offset=3) == ids(Limit=0) == ids(SearchTerm="%") == "NOT_FOUND"
        assert ids(Limit=-1) == "SERVER_ERROR: Limit and Offset must not be negative"

    def test_a_removed_timing_is_gone_and_removing_it_again_is_fine(self, rpc):
        rpc("APIerSv1.SetTPTiming", PEAK)
        named = {"TPid": "DR_2026", "ID": "PEAK"}

        assert rpc("APIerSv1.RemoveTPTiming", named) == "OK"
        assert rpc("APIerSv1.RemoveTPTiming", named) == "OK"

        assert rpc("APIerSv1.GetTPTiming", named) == "NOT_FOUND"
        assert OutboxEntry.objects.filter(object_type="TIMING", operation="DELETE").count() == 1

    @pytest.mark.parametrize(
        ("time", "active"),
        [
            ("2026-06-01T08:00:00Z", True),
            ("2026-06-01T07:59:59.999Z", False),
            ("2026-06-01T19:00:00Z", True),
            ("2026-06-01T19:00:00.000000001Z", False),
            ("2026-06-01T19:30:00+02:00", False),
            ("2026-06-01T18:30:00.5-0700", True),
            ("2026-06-01T12:00:00", True),
            ("2026-06-01 12:00:00", True),
            ("2026-06-01 18:30:00.25 +0200 CEST", True),
            ("20260601120000", True),
            ("01.06.2026 12:00:00", True),
            ("01/06/2026 12:00:00", True),
            ("1780315200", True),  # 12:00:00Z
            ("1780315200000", True),
            ("1780315200000000", True),
            ("1780315200000000000", True),
            ("1780351200", False),  # 22:00:00Z
            ("2026-06-06T12:00:00Z", False),  # a Saturday
        ],
    )
    def test_whether_a_timing_is_active(self, rpc, time, active):
        rpc("APIerSv1.SetTPTiming", PEAK)

        assert rpc("APIerSv1.TimingIsActiveAt", {"TimingID": "PEAK", "Time": time}) is active

    def test_a_time_without_a_zone_is_read_in_ours(self, rpc, settings):
        settings.TARIFFS_TIME_ZONE = ZoneInfo("Europe/Brussels")
        rpc("APIerSv1.SetTPTiming", {**PEAK, "Time": "13:00:00;15:00:00"})

        def active(time):
            return rpc("APIerSv1.TimingIsActiveAt", {"TimingID": "PEAK", "Time": time})

        assert active("2026-06-01 14:00:00") is True
        assert active("1780315200") is True  # 14:00 in Brussels
        assert active("2026-06-01T12:00:00Z") is False

    @pytest.mark.parametrize("time", ["yesterday", "2026-13-01T00:00:00Z", "2026-06-01T25:00:00Z", "12", "+"])
    def test_a_time_that_is_none_is_a_server_error(self, rpc, time):
        rpc("APIerSv1.SetTPTiming", PEAK)

        text = rpc("APIerSv1.TimingIsActiveAt", {"TimingID": "PEAK", "Time": time})

        assert text.startswith("SERVER_ERROR: ")

    def test_now_and_later_are_times(self, rpc):
        rpc("APIerSv1.SetTPTiming", {**PEAK, "WeekDays": "*any", "Time": "00:00:00"})

        for time in ("*now", "+5m", "+1h30m"):
            assert rpc("APIerSv1.TimingIsActiveAt", {"TimingID": "PEAK", "Time": time}) is True

    def test_a_tag_of_several_plans_needs_the_plan(self, rpc):
        rpc("APIerSv1.SetTPTiming", PEAK)
        rpc("APIerSv1.SetTPTiming", {**PEAK, "TPid": "OTHER", "Time": "20:00:00"})
        asked = {"TimingID": "PEAK", "Time": "2026-06-01T12:00:00Z"}

        assert rpc("APIerSv1.TimingIsActiveAt", asked) == (
            "SERVER_ERROR: there is a timing 'PEAK' in the tariff plans 'DR_2026' and 'OTHER': say TPid"
        )
        assert rpc("APIerSv1.TimingIsActiveAt", {**asked, "TPid": "OTHER"}) is False
        assert rpc("APIerSv1.TimingIsActiveAt", {**asked, "TPid": "NONE"}) == "NOT_FOUND"
        assert rpc("APIerSv1.TimingIsActiveAt", {**asked, "TimingID": "NONE"}) == "NOT_FOUND"

    def test_what_2013_did_not_have_it_does_not_have(self, rpc):
        assert rpc("Apier.RemoveTPTiming", {}) == "rpc: can't find method Apier.RemoveTPTiming"


class TestTransport:
    """Every row of external-apis.md, 4.7."""

    def test_an_answer_is_one_line_with_its_members_in_go_s_order(self, retailer):
        response = post(retailer, line("Apier.SetTPTiming", WINTER_EVE, id=12))

        assert (response.status_code, response["Content-Type"]) == (200, "application/json")
        assert response.content == b'{"id":12,"result":"OK","error":null}\n'

    @pytest.mark.parametrize("id", ["12", "1.0", "1e400", "null", '"x"', '{"a":[1,null]}', "[]", "true"])
    def test_any_id_comes_back_as_it_was_written(self, retailer, id):
        response = post(retailer, f'{{"id":{id},"method":"Foo","params":[]}}')

        assert response.content.decode().startswith(f'{{"id":{id},')

    def test_a_missing_id_is_null_and_jsonrpc_is_ignored(self, retailer):
        (answer,) = answers(post(retailer, '{"jsonrpc":"2.0","method":"Foo","params":[{}]}'))

        assert answer["id"] is None

    def test_names_of_members_match_whatever_their_case_and_more_is_ignored(self, retailer):
        named = {"tpid": "DR_2026", "TIMINGID": "WINTER_EVE", "Foo": 1}
        text = json.dumps({"ID": 1, "Method": "Apier.GetTPTiming", "PARAMS": [named, {"TPid": 3}]})

        assert answers(post(retailer, text)) == [{"id": 1, "result": None, "error": "NOT_FOUND"}]

    @pytest.mark.parametrize(
        ("request_text", "error"),
        [
            ('"Apier.GetTPTimingIds","params":[]', "MANDATORY_IE_MISSING:[TPid]"),
            ('"Apier.GetTPTimingIds","params":[null]', "MANDATORY_IE_MISSING:[TPid]"),
            ('"Apier.GetTPTimingIds"', "jsonrpc: request body missing params"),
            ('"Apier.GetTPTimingIds","params":null', "jsonrpc: request body missing params"),
            (
                '"Apier.GetTPTimingIds","params":{"TPid":"x"}',
                "json: cannot unmarshal object into Go value of type [1]interface {}",
            ),
            (
                '"Apier.SetTPTiming","params":[{"TPid":3}]',
                "json: cannot unmarshal number into Go struct field ApierTPTiming.TPid of type string",
            ),
            (
                '"APIerSv1.GetTPTimingIds","params":[{"Limit":"1"}]',
                "json: cannot unmarshal string into Go struct field AttrGetTPTimingIds.Limit of type int",
            ),
            ('"Apier.Foo","params":[{}]', "rpc: can't find method Apier.Foo"),
            ('"Apier.setTPTiming","params":[{}]', "rpc: can't find method Apier.setTPTiming"),
            ('"ApierV9.SetTPTiming","params":[{}]', "rpc: can't find service ApierV9.SetTPTiming"),
            ('"apier.SetTPTiming","params":[{}]', "rpc: can't find service apier.SetTPTiming"),
            ('"SetTPTiming","params":[{}]', "rpc: service/method request ill-formed: SetTPTiming"),
        ],
    )
    def test_a_malformed_call_is_told_in_go_s_words(self, retailer, request_text, error):
        response = post(retailer, f'{{"id":7,"method":{request_text}}}')

        assert response.status_code == 200
        assert answers(response) == [{"id": 7, "result": None, "error": error}]
        assert not StoredTiming.objects.exists()

    @pytest.mark.parametrize(
        "text",
        [b"", b"nonsense", b"[]", b'[{"id":1,"method":"Foo","params":[]}]', b"3", b'{"method":', b"\xff"],
    )
    def test_what_is_no_request_has_an_empty_answer(self, retailer, text):
        response = post(retailer, text)

        assert (response.status_code, response.content) == (200, b"")

    @pytest.mark.parametrize(
        "text", [b'{"method":3}', b"[" * 100_000, b'{"id":NaN,"method":"a"}', b'{"id":' + b"9" * 5_000 + b"]"]
    )
    def test_nor_has_what_cannot_be_read(self, retailer, text):
        response = post(retailer, text)

        assert (response.status_code, response.content) == (200, b"")

    def test_several_requests_in_one_body_get_a_line_each(self, retailer):
        both = (
            line("Apier.SetTPTiming", WINTER_EVE, id=1) + "\n" + line("Apier.SetTPTiming", WINTER_EVE, id=2)
        )

        response = post(retailer, both + line("Apier.GetTPTimingIds", {"TPid": "DR_2026"}, id=3) + "nonsense")

        assert answers(response) == [
            {"id": 1, "result": "OK", "error": None},
            {"id": 2, "result": None, "error": "DUPLICATE"},
            {"id": 3, "result": ["WINTER_EVE"], "error": None},
        ]

    def test_more_requests_than_a_body_may_have_are_told_so(self, retailer, settings):
        settings.MAX_BATCH = 1

        _, second = answers(post(retailer, 2 * line("Apier.GetTPTimingIds", {"TPid": "x"})))

        assert second["error"] == "SERVER_ERROR: more than 1 requests in one body"

    def test_text_that_is_no_utf_8_is_replaced(self, rpc, retailer):
        text = line("Apier.SetTPTiming", {**WINTER_EVE, "TPid": "caf?"}).encode().replace(b"?", b"\xe9")
        half = line("Apier.SetTPTiming", {**WINTER_EVE, "TPid": "\ud800"})

        post(retailer, text)
        post(retailer, half)

        assert rpc("Apier.GetTPTimingIds", {"TPid": "caf\ufffd"}) == ["WINTER_EVE"]
        assert rpc("Apier.GetTPTimingIds", {"TPid": "\ufffd"}) == ["WINTER_EVE"]

    @pytest.mark.parametrize("method", ["GET", "PUT", "OPTIONS", "DELETE"])
    def test_other_methods_have_an_empty_answer(self, retailer, method):
        response = retailer.at("").send(method, "/jsonrpc", b"{}", "application/json")

        assert (response.status_code, response.content) == (200, b"")

    @pytest.mark.parametrize(
        "content_type",
        [
            "application/json",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "nonsense",
            "",
        ],
    )
    def test_the_content_type_does_not_matter(self, retailer, content_type):
        text = line("Apier.SetTPTiming", WINTER_EVE).encode()

        (answer,) = answers(retailer.at("").send("POST", "/jsonrpc", text, content_type))

        assert answer["result"] == "OK"

    def test_a_page_of_any_origin_may_read_the_answer(self, retailer):
        response = post(retailer, line("Foo"), Origin="https://panel.example")
        without = post(retailer, line("Foo"))

        assert response["Access-Control-Allow-Origin"] == "https://panel.example"
        assert "POST" in response["Access-Control-Allow-Methods"]
        assert "Access-Control-Allow-Credentials" not in response
        assert "Access-Control-Allow-Origin" not in without

    def test_a_call_takes_a_fixed_number_of_queries(self, rpc, django_assert_num_queries):
        # One of each is for the caller, and two are the savepoint's that stands for a transaction in tests.
        with django_assert_num_queries(8):
            assert rpc("APIerSv1.SetTPTiming", PEAK) == "OK"
        with django_assert_num_queries(2):
            assert rpc("APIerSv1.GetTPTimingIds", {"TPid": "DR_2026"}) == ["PEAK"]


def test_a_ven_may_read_and_not_write(ven: Actor, rpc):
    rpc("APIerSv1.SetTPTiming", PEAK)

    assert call(ven, "Apier.GetTPTimingIds", {"TPid": "DR_2026"}) == ["PEAK"]
    for method in ("Apier.SetTPTiming", "APIerSv1.SetTPTiming", "APIerSv1.RemoveTPTiming"):
        text = call(ven, method, {**PEAK, "TimingId": "NEW"})
        assert text.replace(": ", ":") == "SERVER_ERROR:Only business logic may write this"
    assert [*StoredTiming.objects.values_list("tag", flat=True)] == ["PEAK"]
