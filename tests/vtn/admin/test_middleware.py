"""Sessions, Django's users and messages are the admin's alone."""

from __future__ import annotations

from django.urls import reverse


def test_a_session_means_nothing_at_the_doors(log_in):
    staff = log_in()

    answer = staff.get("/openadr3/3.1.0/programs")

    assert answer.status_code == 401
    assert not hasattr(answer.wsgi_request, "session")
    assert not hasattr(answer.wsgi_request, "_messages")
    assert not answer.cookies
    assert staff.get(reverse("admin:index")).wsgi_request.user.is_staff
