"""Addresses of the reporting pages."""

from __future__ import annotations

from django.urls import path

from .views import board, figures, form, periods, queue, reminders, report, states, support

app_name = "reporting"
urlpatterns = [
    path("", board.home, name="home"),
    path("mine/", board.mine, name="mine"),
    path("board/<slug:plan>/", board.current, name="current"),
    path("board/<slug:plan>/<str:period>/", board.board, name="board"),
    path("board/<slug:plan>/<str:period>/list/", board.behind, name="behind"),
    path("form/<int:measure>/<int:period>/", form.form, name="form"),
    path("form/<int:measure>/<int:period>/autosave/", form.autosave, name="autosave"),
    path("form/<int:measure>/<int:period>/compare/", form.compare, name="compare"),
    path("report/<int:pk>/", report.report, name="report"),
    path("report/<int:pk>/clear/", report.clear, name="clear"),
    path("report/<int:pk>/return/", report.send_back, name="return"),
    path("report/<int:pk>/accept/", report.accept, name="accept"),
    path("report/<int:pk>/publish/", report.publish, name="publish"),
    path("report/<int:pk>/correct/", report.correct, name="correct"),
    path("queue/", queue.queue, name="queue"),
    path("support/<int:pk>/", support.answer, name="support"),
    path("support/<int:pk>/withdraw/", support.withdraw, name="withdraw_support"),
    path("support/ask/<int:measure>/<int:period>/", support.ask, name="ask_support"),
    path("figures/<int:obligation>/", figures.figures, name="figures"),
    path("periods/<slug:plan>/", periods.periods, name="periods"),
    path("periods/<slug:plan>/make/", periods.make, name="make_periods"),
    path("period/<int:pk>/open/", periods.open_one, name="open_period"),
    path("period/<int:pk>/close/", periods.close_one, name="close_period"),
    path("period/<int:pk>/except/", periods.make_exception, name="except_period"),
    path("exception/<int:pk>/end/", periods.end_exception, name="end_exception"),
    path("reminders/", reminders.reminders, name="reminders"),
    path("reminders/send/", reminders.send, name="send_reminders"),
    path("states/", states.states, name="states"),
]
