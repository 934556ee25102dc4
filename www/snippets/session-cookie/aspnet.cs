// Sets the sign-in's cookie so that browsers keep it, send it back by links, and let no other host change it (RFC 6265bis §4.1).
// In Program.cs, before `builder.Build()`:
builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(options =>
{
    // __Host- insists on Secure, Path=/ and no Domain.
    options.Cookie.Name = "__Host-session";
    options.Cookie.Path = "/";
    options.Cookie.SecurePolicy = CookieSecurePolicy.Always;
    options.Cookie.HttpOnly = true;
    options.Cookie.SameSite = SameSiteMode.Lax;
    options.ExpireTimeSpan = TimeSpan.FromHours(8);
    options.SlidingExpiration = true;
});
