// Answers scripts and programs with 401 and 403, and leads people to the sign-in page.
// In Program.cs, before `builder.Build()`:
builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(options =>
{
    options.Events.OnRedirectToLogin = context => Answer(context, StatusCodes.Status401Unauthorized);
    options.Events.OnRedirectToAccessDenied = context => Answer(context, StatusCodes.Status403Forbidden);
});

static Task Answer(RedirectContext<CookieAuthenticationOptions> context, int status)
{
    if (!context.Request.Path.StartsWithSegments("/api"))
    {
        context.Response.Redirect(context.RedirectUri);
        return Task.CompletedTask;
    }
    context.Response.StatusCode = status;
    // No browser prompts for Bearer.
    if (status == 401) context.Response.Headers.WWWAuthenticate = "Bearer realm=\"app.example\"";
    return Task.CompletedTask;
}
