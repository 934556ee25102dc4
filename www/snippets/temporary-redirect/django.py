# Leads on for this time only: where it leads depends on who asks, so no browser may remember it (RFC 9110 §15.4.3).
# In views.py, as `path("start", start)`:
from django.http import HttpResponseRedirect
from django.views.decorators.cache import never_cache

@never_cache
def start(request):
    return HttpResponseRedirect("/private/")
