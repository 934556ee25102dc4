// Leads on for this time only: where it leads depends on who asks, so no browser may remember it (RFC 9110 §15.4.3).
// In Program.cs, among the endpoints:
app.MapGet("/start", (HttpContext context) =>
{
    context.Response.Headers.CacheControl = "no-store";
    return Results.Redirect("/private/");
});
