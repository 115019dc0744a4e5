"""Addresses of the evaluation pages."""

from __future__ import annotations

from django.urls import path

from .views import areas, evaluations, findings, instruments, load

app_name = "evaluation"
urlpatterns = [
    path("", evaluations.index, name="list"),
    path("plan/", evaluations.plan, name="plan"),
    path("<int:pk>/", evaluations.evaluation, name="evaluation"),
    path("<int:pk>/summary/", evaluations.summary, name="summary"),
    path("<int:pk>/finding/", evaluations.add_finding, name="add_finding"),
    path("<int:pk>/finding/<int:number>/drop/", evaluations.drop_finding, name="drop_finding"),
    path("<int:pk>/finish/", evaluations.finish, name="finish"),
    path("<int:pk>/outcome/", evaluations.outcome, name="outcome"),
    path("findings/", findings.index, name="findings"),
    path("findings/<int:pk>/", findings.finding, name="finding"),
    path("findings/<int:pk>/respond/", findings.respond, name="respond"),
    path("findings/<int:pk>/claim/", findings.claim, name="claim"),
    path("findings/<int:pk>/verify/", findings.verify, name="verify"),
    path("findings/<int:pk>/send-back/", findings.send_back, name="send_back"),
    path("findings/<int:pk>/close/", findings.close_rejected, name="close_rejected"),
    path("areas/", areas.index, name="areas"),
    path("areas/list/", areas.put, name="list_area"),
    path("areas/<int:pk>/", areas.area, name="area"),
    path("areas/<int:pk>/change/", areas.change, name="change_area"),
    path("instruments/", instruments.index, name="instruments"),
    path("instruments/<slug:key>/", instruments.instrument, name="instrument"),
    path("instruments/<slug:key>/cycle/", instruments.open_cycle, name="open_cycle"),
    path("cycles/<int:pk>/paper/", instruments.add_paper, name="add_paper"),
    path("cycles/<int:pk>/recommendation/", instruments.receive, name="receive"),
    path("calendar/", instruments.calendar, name="calendar"),
    path("calendar/<int:pk>/sent/", instruments.sent, name="sent"),
    path("recommendations/", instruments.recommendations, name="recommendations"),
    path("recommendations/<int:pk>/", instruments.recommendation, name="recommendation"),
    path("recommendations/<int:pk>/prepare/", instruments.prepare, name="prepare"),
    path("recommendations/<int:pk>/answer/", instruments.answer, name="answer"),
    path("recommendations/<int:pk>/measures/", instruments.assign, name="assign"),
    path("recommendations/<int:pk>/conclude/", instruments.conclude, name="conclude"),
    path("workload/", load.workload, name="workload"),
    path("late-risk/", load.late_risk, name="late_risk"),
]
