// Differences of colours as the eye sees them, for one colour at a time: `colour.py`, operation by operation.
#pragma once
#include "cuda/device.cuh"

struct Triple {
    double x, y, z;
};

CONSTANT double PI = 3.141592653589793, TAU = 6.283185307179586, TO_RADIANS = PI / 180, TO_DEGREES = 180 / PI;
CONSTANT double DELTA = 6.0 / 29, POWER_25_7 = 6103515625.0;

// Angles are small here. A GPU's own `sin` is made for any angle, and keeps an array in local memory for
// that.
#ifdef __CUDACC__
DEVICE double sine(double x) { return sinpi(x / PI); }
DEVICE double cosine(double x) { return cospi(x / PI); }
#else
DEVICE double sine(double x) { return std::sin(x); }
DEVICE double cosine(double x) { return std::cos(x); }
#endif

DEVICE double power_7(double x) { return x * (x * x) * ((x * x) * (x * x)); }
DEVICE double lab_root(double t) {
    return t > DELTA * (DELTA * DELTA) ? pow(t, 1.0 / 3) : t / (3 * (DELTA * DELTA)) + 4.0 / 29;
}
DEVICE double lab_cube(double f) {
    return f > DELTA ? f * (f * f) : 3 * (DELTA * DELTA) * (f - 4.0 / 29);
}

// L*, a*, b* of linear RGB. matrices: 18 numbers: linear RGB to XYZ over white, and the inverse.
OUTLINED Triple lab(Global<const double> m, Triple c) {
    const double x = lab_root(m[0] * c.x + m[1] * c.y + m[2] * c.z);
    const double y = lab_root(m[3] * c.x + m[4] * c.y + m[5] * c.z);
    const double z = lab_root(m[6] * c.x + m[7] * c.y + m[8] * c.z);
    return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

// Linear RGB of L*, a*, b*, each channel cut to 0..1.
OUTLINED Triple from_lab(Global<const double> m, Triple c) {
    const double f = (c.x + 16) / 116;
    const double x = lab_cube(f + c.y / 500), y = lab_cube(f), z = lab_cube(f - c.z / 200);
    return {clamped(m[9] * x + m[10] * y + m[11] * z, 0.0, 1.0),
            clamped(m[12] * x + m[13] * y + m[14] * z, 0.0, 1.0),
            clamped(m[15] * x + m[16] * y + m[17] * z, 0.0, 1.0)};
}

// An angle of -PI..PI as 0..TAU.
DEVICE double positive_angle(double angle) { return angle < 0 ? angle + TAU : angle; }

// The difference of two colours, each L*, a*, b*: CIEDE2000 (Sharma, Wu, Dalal 2005).
OUTLINED double ciede2000(Triple first, Triple second) {
    const double mean = power_7((hypot(first.y, first.z) + hypot(second.y, second.z)) / 2);
    const double stretch = 1.5 - 0.5 * sqrt(mean / (mean + POWER_25_7));
    const double a1 = first.y * stretch, a2 = second.y * stretch;
    const double c1 = hypot(a1, first.z), c2 = hypot(a2, second.z);
    const double h1 = positive_angle(atan2(first.z, a1)), h2 = positive_angle(atan2(second.z, a2));
    const bool grey = c1 * c2 == 0;
    double turn = grey ? 0.0 : h2 - h1, hue = grey ? h1 + h2 : (h1 + h2) / 2;
    if (fabs(turn) > PI) {
        hue += h1 + h2 < TAU ? PI : -PI;
        turn += turn < 0 ? TAU : -TAU;
    }
    const double around = 2 * sqrt(c1 * c2) * sine(turn / 2), middle = (first.x + second.x) / 2 - 50;
    const double c = (c1 + c2) / 2;
    const double t = 1 - 0.17 * cosine(hue - 30 * TO_RADIANS) + 0.24 * cosine(2 * hue) +
                     0.32 * cosine(3 * hue + 6 * TO_RADIANS) - 0.20 * cosine(4 * hue - 63 * TO_RADIANS);
    const double l = (second.x - first.x) / (1 + 0.015 * (middle * middle) / sqrt(20 + middle * middle));
    const double s = (c2 - c1) / (1 + 0.045 * c), r = around / (1 + 0.015 * c * t);
    const double bent = (hue * TO_DEGREES - 275) / 25, bend = 60 * TO_RADIANS * exp(-(bent * bent));
    const double both = -sine(bend) * 2 * sqrt(power_7(c) / (power_7(c) + POWER_25_7));
    return sqrt(larger(l * l + s * s + r * r + both * s * r, 0.0));
}
