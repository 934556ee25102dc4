// Lets the site's own forms name their page, and tells other sites the host alone (Referrer Policy §3).
// In Program.cs, first behind `builder.Build()`:
app.Use(async (context, next) =>
{
    context.Response.Headers["Referrer-Policy"] = "strict-origin-when-cross-origin";
    await next(context);
});
