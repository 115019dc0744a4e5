"""Addresses of the plan pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from .views import drafts, editing, measure, pictures, plans

app_name = "plan"
urlpatterns: list[URLPattern] = [
    path("", plans.plan_list, name="list"),
    path("drafts/", drafts.draft_list, name="drafts"),
    path("drafts/<int:pk>/", drafts.draft, name="draft"),
    path("drafts/<int:pk>/take-over/", drafts.take_over, name="take_over"),
    path("measures/<int:pk>/", measure.measure, name="measure"),
    path("measures/<int:pk>/notes/", measure.write_note, name="write_note"),
    path("measures/<int:pk>/notes/<int:note>/withdraw/", measure.withdraw_note, name="withdraw_note"),
    path("measures/<int:pk>/milestones/<int:milestone>/", measure.mark_milestone, name="mark_milestone"),
    path("measures/<int:pk>/edit/", editing.edit_measure, name="edit_measure"),
    path("measures/<int:pk>/edit/parts/", editing.add_part, name="add_part"),
    path("measures/<int:pk>/edit/needs/", editing.add_need, name="add_need"),
    path("measures/<int:pk>/edit/steps/", editing.add_step, name="add_step"),
    path("measures/<int:pk>/edit/<slug:what>/<int:which>/remove/", editing.remove, name="remove_entry"),
    path("<slug:key>/", plans.plan, name="plan"),
    path("<slug:key>/who-does-what/", pictures.matrix, name="matrix"),
    path("<slug:key>/timeline/", pictures.timeline, name="timeline"),
    path("<slug:key>/dependencies/", pictures.dependency_list, name="dependencies"),
    path("<slug:key>/revise/", editing.revise, name="revise"),
    path("<slug:key>/discard/", editing.discard, name="discard"),
    path("<slug:key>/adopt/", editing.adopt, name="adopt"),
    path("<slug:key>/compare/<int:before>/<int:after>/", plans.compare, name="compare"),
    path("<slug:key>/plan.<slug:form>", plans.download, name="download"),
]
