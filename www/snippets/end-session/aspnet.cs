// Signs in with a new ticket, and ends the session: the handler deletes its cookie with the path and domain it was set with.
// `IsRight(name, password)` is your own check; `app.UseAntiforgery()` stands before. A copied ticket is good until it expires.
// In Program.cs, among the endpoints:
app.MapPost("/login", async (HttpContext context, [FromForm] string name, [FromForm] string password) =>
{
    if (!IsRight(name, password)) return Results.StatusCode(StatusCodes.Status422UnprocessableEntity);
    var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, name)], CookieAuthenticationDefaults.AuthenticationScheme);
    await context.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, new ClaimsPrincipal(identity));
    return Results.Redirect("/private/");
});
app.MapPost("/logout", async (HttpContext context) =>
{
    await context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
    return Results.Redirect("/");
});
