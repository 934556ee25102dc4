// Leads visitors to the sign-in page, and from there back to the page that they wanted; never to another site.
// `IsRight(name, password)` is your own check; `app.UseAntiforgery()` stands before.
// In Program.cs, before `builder.Build()`:
builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(options =>
{
    options.LoginPath = "/login";
    options.ReturnUrlParameter = "next";
});
// In Program.cs, among the endpoints:
app.MapPost("/login", async (HttpContext context, [FromForm] string name, [FromForm] string password, string? next) =>
{
    if (!IsRight(name, password)) return Results.StatusCode(StatusCodes.Status422UnprocessableEntity);
    var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, name)], CookieAuthenticationDefaults.AuthenticationScheme);
    await context.SignInAsync(new ClaimsPrincipal(identity));
    // A path of this site: two slashes, backslashes and tabs lead browsers away.
    var own = next is not null && Regex.IsMatch(next, @"^/(?![/\\])[^\x00-\x20\\]*\z");
    return Results.Redirect(own ? next! : "/");
});
