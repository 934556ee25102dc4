// Asks for a name and password by a 401 that every browser can answer (RFC 7617).
// `IsRight(name, password)` is your own check; System.Text and System.Net.Http.Headers are used.
// In Program.cs, before the endpoints:
app.UseWhen(context => context.Request.Path.StartsWithSegments("/private"), members => members.Use(async (context, next) =>
{
    if (AuthenticationHeaderValue.TryParse(context.Request.Headers.Authorization, out var sent)
        && "Basic".Equals(sent.Scheme, StringComparison.OrdinalIgnoreCase)
        && TryDecode(sent.Parameter) is [var name, var password] && IsRight(name, password))
    {
        await next(context);
        return;
    }
    context.Response.StatusCode = StatusCodes.Status401Unauthorized;
    context.Response.Headers.WWWAuthenticate = "Basic realm=\"Members of app.example\", charset=\"UTF-8\"";
    await context.Response.WriteAsync("Sign in to see this page.");
}));

static string[]? TryDecode(string? credentials)
{
    var bytes = new byte[credentials?.Length ?? 0];
    return Convert.TryFromBase64String(credentials ?? "", bytes, out var count)
        ? Encoding.UTF8.GetString(bytes, 0, count).Split(':', 2) : null;
}
