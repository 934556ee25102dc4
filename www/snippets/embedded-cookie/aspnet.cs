// Lets the session work inside pages of other sites: each of them gets a cookie of its own (CHIPS). Forms need tokens then.
// In Program.cs, before `builder.Build()` (.NET 8):
builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(options =>
{
    options.Cookie.Name = "__Host-session";
    options.Cookie.Path = "/";
    options.Cookie.SecurePolicy = CookieSecurePolicy.Always;
    options.Cookie.HttpOnly = true;
    options.Cookie.SameSite = SameSiteMode.None;
    options.Cookie.Extensions.Add("Partitioned");
});
